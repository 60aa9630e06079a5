package hubspottest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// generate makes plausible values for a record, the same for the same type
// and ID. About one optional property in three stays empty.
func generate(t *objectType, id int64) map[string]string {
	seed := uint64(7)
	for _, c := range t.plural {
		seed = seed*31 + uint64(c)
	}
	g := &generator{rand.New(rand.NewPCG(seed, uint64(id))), id}
	if t.sorted == nil {
		t.sorted = slices.Sorted(maps.Keys(t.properties))
	}
	values := make(map[string]string, len(t.sorted))
	for _, name := range t.sorted { // in the same order, hence with the same draws, in every run
		prop := t.properties[name]
		if prop.Hidden || prop.Archived || prop.ReferencedObjectType != "" || name == "hs_object_id" {
			continue
		}
		if value, ok := g.named(name); ok {
			values[name] = value
		} else if g.IntN(3) > 0 {
			values[name] = g.value(prop)
		}
	}
	created := time.Date(2025, time.January, 7, 8, 0, 0, 0, time.UTC).Add(time.Duration(g.IntN(360*24*60)) * time.Minute)
	values[t.created] = timestamp(created)
	values[t.modified] = timestamp(created.Add(time.Duration(g.IntN(30*24*60)) * time.Minute))
	g.relate(t, values)
	return values
}

// generator draws values for one record.
type generator struct {
	*rand.Rand
	id int64
}

func (g *generator) pick(from []string) string { return from[g.IntN(len(from))] }

// relate makes values fit each other that were drawn apart.
func (g *generator) relate(t *objectType, values map[string]string) {
	switch t.plural {
	case "contacts":
		domain := domainOf(values["company"])
		values["email"] = fmt.Sprintf("%s.%s%d@%s", asciiLower(values["firstname"]), asciiLower(values["lastname"]), g.id, domain)
		values["hs_email_domain"] = domain
		delete(values, "website")
	case "companies":
		values["domain"] = strings.Replace(domainOf(values["name"]), ".", fmt.Sprintf("-%d.", g.id), 1)
		values["website"] = "https://www." + values["domain"]
	}
	if prop := t.stageProps; prop[0] != "" && len(t.pipelines) > 0 && t.properties[prop[0]] != nil {
		pl := t.pipelines[g.IntN(len(t.pipelines))]
		values[prop[0]] = pl.ID
		delete(values, prop[1]) // drawn from the stages of all pipelines
		if len(pl.Stages) > 0 {
			values[prop[1]] = pl.Stages[g.IntN(len(pl.Stages))].ID
		}
	}
}

// value draws a value that fits the property's type.
func (g *generator) value(prop *Property) string {
	switch prop.Type {
	case "number":
		return g.number(prop)
	case "bool":
		return strconv.FormatBool(g.IntN(2) == 0)
	case "enumeration":
		return g.option(prop)
	case "date":
		return g.day().Format(time.DateOnly)
	case "datetime":
		return timestamp(g.day().Add(time.Duration(g.IntN(24*60)) * time.Minute))
	case "json":
		return `{"source":"generated"}`
	case "object_coordinates":
		return fmt.Sprintf("{\"latitude\":%.4f,\"longitude\":%.4f}", 47+8*g.Float64(), 6+9*g.Float64())
	}
	if prop.FieldType == "html" {
		return "<p>" + g.pick(sentences()) + "</p>"
	}
	if prop.FieldType == "textarea" {
		return g.pick(sentences())
	}
	if prop.FieldType == "phonenumber" {
		return g.phone()
	}
	if prop.FieldType == "file" {
		return strconv.Itoa(100_000_000 + g.IntN(900_000_000))
	}
	return fmt.Sprintf("%s %d", prop.Label, g.id)
}

func (g *generator) number(prop *Property) string {
	switch prop.NumberDisplayHint {
	case "currency":
		return strconv.Itoa(100*(1+g.IntN(900))) + g.pick([]string{"", "", ".5", ".99"})
	case "probability", "percentage":
		return strconv.FormatFloat(float64(g.IntN(101))/100, 'f', -1, 64)
	case "duration":
		return strconv.Itoa(60_000 * (1 + g.IntN(120)))
	}
	return strconv.Itoa(g.IntN(500))
}

func (g *generator) option(prop *Property) string {
	if len(prop.Options) == 0 {
		return ""
	}
	if prop.FieldType != "checkbox" {
		return prop.Options[g.IntN(len(prop.Options))].Value
	}
	var chosen []string
	for _, o := range prop.Options {
		if g.IntN(3) == 0 {
			chosen = append(chosen, o.Value)
		}
	}
	return strings.Join(chosen, ";")
}

func (g *generator) day() time.Time {
	return time.Date(2025, time.March, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, g.IntN(430))
}

func (g *generator) phone() string {
	return fmt.Sprintf("+49 %d %07d", 30+g.IntN(60), g.IntN(10_000_000))
}
