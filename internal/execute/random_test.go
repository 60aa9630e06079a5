package execute_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator writes random valid queries, and with each piece of text a
// function that works its answer out.
type generator struct {
	*rand.Rand
	world     *world
	names     int
	branches  int      // association fields so far
	filtered  int      // association fields so far that read records to filter them
	fragments []string // definitions
	past      bool     // whether histories are asked for
}

type eval func(*rec) any

// one is a response name that is not in use, so that nothing conflicts.
func (g *generator) one(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// query writes an operation and its answer, by response name.
func (g *generator) query() (text string, answer map[string]any) {
	answer = make(map[string]any)
	var b strings.Builder
	for range 1 + g.IntN(4) {
		key := g.one("r")
		field, value := g.root()
		fmt.Fprintf(&b, "  %s: %s\n", key, field)
		answer[key] = value
	}
	return "{\n" + b.String() + "}\n" + strings.Join(g.fragments, "\n"), answer
}

func (g *generator) root() (text string, value any) {
	k := pick(g, g.world.types)
	switch g.IntN(8) {
	case 0, 1:
		return g.list(k)
	case 6, 7:
		return g.search(k)
	case 2:
		id := g.id(k)
		sel, of := g.record(k, 3)
		spelled := pick(g, []string{`"` + id + `"`, id, `"` + k.typeID + ":" + id + `"`})
		if g.chance(2) {
			return fmt.Sprintf("record(objectType: %q, by: {id: %s}) %s", g.spelled(k), spelled, inFragment(k, sel)), orNull(k.find(id), of)
		}
		return fmt.Sprintf("%s(by: {id: %s}) %s", k.lookup, spelled, sel), orNull(k.find(id), of)
	case 3:
		contacts := g.world.types[0]
		email := fmt.Sprintf("contact%d@x.org", g.IntN(10))
		sel, of := g.record(contacts, 3)
		i := slices.IndexFunc(contacts.records, func(r *rec) bool { return r.text == email && !r.archived })
		var found *rec
		if i >= 0 {
			found = contacts.records[i]
		}
		email = strings.ToUpper(email[:1]) + email[1:]
		if g.chance(2) {
			return fmt.Sprintf("record(objectType: %q, by: {unique: {property: \"email\", value: %q}}) %s", g.spelled(contacts), email, inFragment(contacts, sel)), orNull(found, of)
		}
		return fmt.Sprintf("contact(by: {email: %q}) %s", email, sel), orNull(found, of)
	case 4:
		id := g.id(k)
		sel, of := g.anyRecord(2)
		return fmt.Sprintf("node(id: %q) %s", k.typeID+":"+id, sel), orNull(k.find(id), of[k])
	}
	sel, of := g.anyRecord(2)
	var ids []string
	values := make([]any, 0)
	for range g.IntN(5) {
		k := pick(g, g.world.types)
		id := g.id(k)
		ids = append(ids, fmt.Sprintf("%q", k.typeID+":"+id))
		values = append(values, orNull(k.find(id), of[k]))
	}
	return fmt.Sprintf("nodes(ids: [%s]) %s", strings.Join(ids, ", "), sel), values
}

// spelled is one of the names of an object type.
func (g *generator) spelled(k *kind) string {
	if k.lookup == "house" {
		return pick(g, []string{"house", "2-77", "P4711_house"})
	}
	return pick(g, []string{k.lookup, k.list, strings.ToUpper(k.lookup), k.typeID})
}

// inFragment selects on one type what is of no type in the schema.
func inFragment(k *kind, sel string) string { return "{ ... on " + k.typeName + " " + sel + " }" }

func orNull(r *rec, of eval) any {
	if r == nil {
		return nil
	}
	return of(r)
}

// id is mostly one that the type has.
func (g *generator) id(k *kind) string {
	if len(k.records) == 0 || g.chance(6) {
		return "999"
	}
	return pick(g, k.records).id
}

func (g *generator) list(k *kind) (string, any) {
	archived := g.chance(5)
	first, cut := g.first()
	c := g.connection(k, connectionOptions{depth: 3, countable: !archived})
	records := k.listed(archived)
	bonds := make([]bond, len(records))
	for i, r := range records {
		bonds[i].to = r
	}
	return fmt.Sprintf("%s(archived: %v%s) %s", k.list, archived, first, c.text), c.of(bonds, cut)
}

// first is a page size as an argument and as a number.
func (g *generator) first() (text string, n int) {
	if g.chance(3) {
		return "", 25
	}
	n = pick(g, []int{0, 1, 2, 3, 5, 1000})
	return fmt.Sprintf(", first: %d", n), n
}

// anyRecord selects on records of any type.
func (g *generator) anyRecord(depth int) (string, map[*kind]eval) {
	key := g.one("f")
	text := "{ " + key + ": id "
	of := make(map[*kind]eval)
	for _, k := range g.world.types {
		sel, inner := g.record(k, depth)
		text += "... on " + k.typeName + " " + sel + " "
		of[k] = func(r *rec) any {
			object := inner(r).(map[string]any)
			object[key] = k.typeID + ":" + r.id
			return object
		}
	}
	return text + "}", of
}

// record selects on records of one type.
func (g *generator) record(k *kind, depth int) (string, eval) {
	fields := make(map[string]eval)
	var texts []string
	for range 1 + g.IntN(4) {
		key := g.one("f")
		text, of := g.field(k, depth, key)
		fields[key] = of
		texts = append(texts, g.wrap(k.typeName, text))
	}
	return "{ " + strings.Join(texts, " ") + " }", func(r *rec) any {
		object := make(map[string]any)
		for key, of := range fields {
			object[key] = of(r)
		}
		return object
	}
}

// wrap says the same with fragments and directives.
func (g *generator) wrap(typeName, text string) string {
	switch g.IntN(8) {
	case 0:
		return "... on " + typeName + " { " + text + " }"
	case 1:
		name := g.one("F")
		g.fragments = append(g.fragments, "fragment "+name+" on "+typeName+" { "+text+" }")
		return "... " + name
	case 2:
		return "... @include(if: true) { " + text + " " + g.one("x") + ": __typename @skip(if: true) }"
	}
	return text
}

func (g *generator) field(k *kind, depth int, key string) (string, eval) {
	if depth > 0 && g.chance(2) {
		if k.lookup == "contact" && g.chance(4) {
			return g.primary(depth, key)
		}
		return g.association(k, depth, key)
	}
	if g.past && g.chance(2) {
		return g.history(k, key)
	}
	switch g.IntN(7) {
	case 6:
		return key + ": score", func(r *rec) any {
			if r.score == "" {
				return nil
			}
			return float64(number(r.score))
		}
	case 0:
		return key + ": id", func(r *rec) any { return k.typeID + ":" + r.id }
	case 1:
		return key + ": __typename", func(*rec) any { return k.typeName }
	case 2:
		return key + ": hs_object_id", func(r *rec) any { return r.id }
	case 3:
		return key + ": archived", func(r *rec) any { return r.archived }
	case 4:
		return fmt.Sprintf("%s: property(name: %q) { raw }", key, k.text), func(r *rec) any { return map[string]any{"raw": r.text} }
	}
	return key + ": " + k.text, func(r *rec) any { return r.text }
}

func (g *generator) primary(depth int, key string) (string, eval) {
	g.branches++
	companies := g.world.types[1]
	sel, of := g.record(companies, depth-1)
	return key + ": primaryCompany " + sel, func(r *rec) any {
		for _, b := range r.links[companies] {
			if slices.Contains(b.labels, "Primary") {
				return of(b.to)
			}
		}
		return nil
	}
}

func (g *generator) association(k *kind, depth int, key string) (string, eval) {
	g.branches++
	target := pick(g, k.to)
	first, cut := g.first()
	v := g.view(target)
	if v.reads {
		g.filtered++
	}
	generic := g.chance(4)
	field, typeName, args := target.list, target.typeName, first+v.typed
	if generic {
		field, typeName, args = "associated", "Record", fmt.Sprintf(", to: %q", g.spelled(target))+first+v.generic
	}
	var labels []string
	if g.chance(3) {
		labels = pick(g, [][]string{{}, {"Red"}, {"Red", "Green"}, {"Primary"}, {"Green", "nobody"}, {"nobody"}})
		args += fmt.Sprintf(", labels: [%s]", strings.Join(quoted(labels), ", "))
	}
	if args != "" {
		args = "(" + strings.TrimPrefix(args, ", ") + ")"
	}
	c := g.connection(target, connectionOptions{depth: depth - 1, typed: true, countable: true, generic: generic})
	text := fmt.Sprintf("%s: %s%s %s", key, field, args, c.text)
	if g.chance(5) { // the same field twice is one field
		text += fmt.Sprintf(" %s: %s%s { __typename }", key, field, args)
		inner := c.of
		c.of = func(bonds []bond, first int) any {
			object := inner(bonds, first).(map[string]any)
			object["__typename"] = typeName + "AssociationConnection"
			return object
		}
	}
	return text, func(r *rec) any {
		bonds := r.links[target]
		if labels != nil {
			bonds = slices.DeleteFunc(slices.Clone(bonds), func(b bond) bool {
				return !slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(b.labels, l) })
			})
		}
		return c.of(v.of(bonds), cut)
	}
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return out
}

// A connectionText is a selection on a connection, and its answer for the
// edges there are and how many of them the page may have.
type connectionText struct {
	text string
	of   func(all []bond, first int) any
}

type connectionOptions struct {
	depth     int
	typed     bool // edges have labels
	countable bool
	generic   bool // the schema does not say of which type the records are
}

func (g *generator) connection(k *kind, o connectionOptions) connectionText {
	record := func() (string, eval) {
		text, of := g.record(k, o.depth)
		if o.generic {
			text = inFragment(k, text)
		}
		return text, of
	}
	parts := make(map[string]func(page, all []bond) any)
	var texts []string
	for range 1 + g.IntN(3) {
		key := g.one("c")
		switch n := g.IntN(5); {
		case n == 0 && o.countable:
			texts = append(texts, key+": totalCount")
			parts[key] = func(_, all []bond) any { return float64(len(all)) }
		case n == 1:
			texts = append(texts, key+": pageInfo { hasNextPage hasPreviousPage }")
			parts[key] = func(page, all []bond) any {
				return map[string]any{"hasNextPage": len(page) < len(all), "hasPreviousPage": false}
			}
		case n == 2:
			text, of := g.edge(record, o.typed)
			texts = append(texts, key+": edges "+text)
			parts[key] = func(page, _ []bond) any { return each(page, of) }
		default:
			text, of := record()
			texts = append(texts, key+": nodes "+text)
			parts[key] = func(page, _ []bond) any { return each(page, func(b bond) any { return of(b.to) }) }
		}
	}
	return connectionText{"{ " + strings.Join(texts, " ") + " }", func(all []bond, first int) any {
		object := make(map[string]any)
		for key, of := range parts {
			object[key] = of(all[:min(first, len(all))], all)
		}
		return object
	}}
}

func each(page []bond, of func(bond) any) any {
	list := make([]any, len(page))
	for i, b := range page {
		list[i] = of(b)
	}
	return list
}

func (g *generator) edge(record func() (string, eval), typed bool) (string, func(bond) any) {
	text, of := record()
	if !typed || g.chance(2) {
		return "{ node " + text + " }", func(b bond) any { return map[string]any{"node": of(b.to)} }
	}
	return "{ isPrimary labels { label } node " + text + " }", func(b bond) any {
		labels := slices.Sorted(slices.Values(b.labels))
		list := make([]any, len(labels))
		for i, l := range labels {
			list[i] = map[string]any{"label": l}
		}
		return map[string]any{"isPrimary": slices.Contains(labels, "Primary"), "labels": list, "node": of(b.to)}
	}
}
