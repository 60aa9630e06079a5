package gate_test

import (
	"fmt"
	"strings"
)

// A hostile document must be refused, and what it is called says how it hurts.
type hostile struct {
	name  string
	query string
	code  string
	limit string // extensions.limit, for TOO_EXPENSIVE
}

// hostileDocuments are the single requests that bring a stock gqlgen server to
// its knees, and their near relatives.
func hostileDocuments() []hostile {
	return []hostile{
		{"3,000 aliases of one name with differing arguments", braced(3_000, `x: contact(id: "%d") { id } `), "TOO_EXPENSIVE", "tokens"},
		{"900 of them", braced(900, `x:a(b:%d)`), "TOO_EXPENSIVE", "tokens"},
		{"500 of them", braced(500, `x:a(b:%d)`), "TOO_EXPENSIVE", "rootFields"},
		{"10,000 aliases", braced(10_000, `a%d: contact(id:1){i} `), "TOO_EXPENSIVE", "tokens"},
		{"1,500 aliases", braced(1_500, `a%d: i `), "TOO_EXPENSIVE", "rootFields"},
		{"1,500 aliases below the root", "{ contact(id: 1) " + braced(1_500, `a%d: id `) + "}", "TOO_EXPENSIVE", "aliases"},
		{"4,000 repeats of one field", "{ contact(id: 1) " + braced(4_000, `id `) + "}", "TOO_EXPENSIVE", "repeats"},
		{"repeats in inline fragments", "{ contact(id: 1) " + braced(700, `...{ id } `) + "}", "TOO_EXPENSIVE", "repeats"},
		{"repeats in merged parents", "{ " + strings.Repeat("contact(id: 1) "+braced(15, "id "), 10) + "}", "TOO_EXPENSIVE", "repeats"},
		{"differing arguments below the root", "{ contact(id: 1) " + braced(800, "companies(first: %d) { id } ") + "}", "TOO_EXPENSIVE", "tokens"},
		{"100,000 unknown fields", braced(100_000, "f "), "TOO_EXPENSIVE", "tokens"},
		{"a body over 256 KiB", braced(100_000, "f%d "), "TOO_EXPENSIVE", "body"},
		{"4,000 unknown fields", "{ contact(id: 1) " + braced(4_000, "f%d ") + "}", "GRAPHQL_VALIDATION_FAILED", ""},
		{"2,000 near misses", "{ contact(id: 1) " + braced(2_000, "firstnam%d ") + "}", "GRAPHQL_VALIDATION_FAILED", ""},
		{"2,000 near misses of arguments", "{ contact(" + strings.Repeat("idd: 1 ", 1_600) + ") { id } }", "GRAPHQL_VALIDATION_FAILED", ""},
		{"an unknown field with a long name", "{ " + strings.Repeat("x", 200_000) + " }", "TOO_EXPENSIVE", "name"},
		{"a long text where an enum value belongs", `{ contacts(order: "` + strings.Repeat("x", 200_000) + `") { id } }`, "GRAPHQL_VALIDATION_FAILED", ""},
		{"90 fragments in a cycle", fragmentRing(90), "GRAPHQL_VALIDATION_FAILED", ""},
		{"1,000 chained fragments in a cycle", fragmentRing(1_000), "TOO_EXPENSIVE", "tokens"},
		{"600 chained fragments in a cycle", fragmentRing(600), "TOO_EXPENSIVE", "fragments"},
		{"5,000 chained fragments", fragmentRing(5_000), "TOO_EXPENSIVE", "tokens"},
		{"a fragment that spreads itself", "{ ...F } fragment F on Query { i ...F }", "GRAPHQL_VALIDATION_FAILED", ""},
		{"13 levels", "{ contact(id: 1) { companies " + strings.Repeat("{ contacts { companies ", 5) + "{ id }" + strings.Repeat("} }", 5) + "} }", "TOO_EXPENSIVE", "depth"},
		{"the fields of the types of the fields of types", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "TOO_EXPENSIVE", "introspection"},
		{"a fragment bomb of 2^40", fragmentBomb(40), "TOO_EXPENSIVE", "selections"},
		{"a fragment bomb", fragmentBomb(30), "TOO_EXPENSIVE", "selections"},
		{"a bomb of unused fragments", "{ i } " + strings.TrimPrefix(fragmentBomb(30), "{ contact(id: 1) { ...F0 } } "), "TOO_EXPENSIVE", "selections"},
		{"100 fragments with 20 spreads each", fragmentMesh(100, 20), "TOO_EXPENSIVE", "selections"},
		{"50,000 nested inline fragments", strings.Repeat("{...", 50_000) + "{i}" + strings.Repeat("}", 50_000), "TOO_EXPENSIVE", "tokens"},
		{"1,100 nested inline fragments", strings.Repeat("{...", 1_100) + "{i}" + strings.Repeat("}", 1_100), "GRAPHQL_PARSE_FAILED", ""},
		{"900 nested inline fragments", strings.Repeat("{...", 900) + "{i}" + strings.Repeat("}", 900), "TOO_EXPENSIVE", "nesting"},
		{"a list 100,000 deep", `{ contact(id: ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `) { id } }`, "TOO_EXPENSIVE", "tokens"},
		{"a list 900 deep", `{ contact(id: ` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + `) { id } }`, "TOO_EXPENSIVE", "nesting"},
		{"an object 300 deep", `{ contact(id: ` + strings.Repeat("{a:", 300) + "1" + strings.Repeat("}", 300) + `) { id } }`, "TOO_EXPENSIVE", "nesting"},
		{"a list type 500 deep", `query ($v: ` + strings.Repeat("[", 500) + "Int" + strings.Repeat("]", 500) + `) { i }`, "TOO_EXPENSIVE", "nesting"},
		{"200 levels", "{ contact(id: 1) " + strings.Repeat("{ companies { contacts ", 100) + "{ id }" + strings.Repeat("} }", 100) + "}", "TOO_EXPENSIVE", "depth"},
		{"1,200 directives at one place", "{ i " + strings.Repeat("@a", 1_200) + " }", "TOO_EXPENSIVE", "directivesPerPlace"},
		{"300 directives", "{ contact(id: 1) " + braced(300, "id @include(if: true) ") + "}", "TOO_EXPENSIVE", "directives"},
		{"400 operations", strings.Repeat("query Q { i } ", 400), "TOO_EXPENSIVE", "operations"},
		{"1,000 variables", "query (" + strings.Repeat("$a: Int ", 1_000) + ") { i }", "TOO_EXPENSIVE", "variables"},
		{"a megabyte of comments", strings.Repeat("#\n", 500_000), "TOO_EXPENSIVE", "body"},
		{"100,000 comments", strings.Repeat("#\n", 100_000) + "{ i }", "TOO_EXPENSIVE", "tokens"},
		{"not GraphQL", `{ "` + strings.Repeat("x", 100_000) + `" }`, "GRAPHQL_PARSE_FAILED", ""},
		{"nothing", "", "GRAPHQL_VALIDATION_FAILED", ""},
		{"fragments alone", "fragment F on Query { i }", "GRAPHQL_VALIDATION_FAILED", ""},
	}
}

// braced is a selection set of n times format, which may hold one %d.
func braced(n int, format string) string {
	var b strings.Builder
	b.WriteString("{ ")
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
	}
	b.WriteString("} ")
	return b.String()
}

// fragmentRing is n fragments, each spreading the next and the last the first.
func fragmentRing(n int) string {
	var b strings.Builder
	b.WriteString("{ ...F0 } ")
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Query { ...F%d } ", i, (i+1)%n)
	}
	return b.String()
}

// fragmentBomb is n fragments that spread the next twice: 2ⁿ selections.
func fragmentBomb(n int) string {
	var b strings.Builder
	b.WriteString("{ contact(id: 1) { ...F0 } } ")
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Contact { ...F%d ...F%d } ", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Contact { id } ", n)
	return b.String()
}

// A costly document is admitted, and close to several limits.
type costly struct{ name, query string }

func costlyDocuments() []costly {
	leaves := strings.Repeat("id name ", 48)
	var chain, reused strings.Builder
	chain.WriteString("{ contact(id: 1) { ...F0 } } ")
	for i := range 49 {
		fmt.Fprintf(&chain, "fragment F%d on Contact { id firstname lastname email ...F%d } ", i, i+1)
	}
	chain.WriteString("fragment F49 on Contact { id } ")
	for i := range 10 {
		fmt.Fprintf(&reused, "query Q%d { contact(id: 1) { ...F } } ", i)
	}
	reused.WriteString("fragment F on Contact { " + strings.Repeat("id firstname lastname email ", 90) + "} ")
	return []costly{
		{"repeats on every level", "{ contact(id: 1) { " + strings.Repeat("companies { "+leaves+" contacts { "+leaves, 5) + "id" + strings.Repeat(" } }", 5) + " } }"},
		{"repeated parents of repeated fields", "{ " + strings.Repeat("contact(id: 1) { "+strings.Repeat("companies { "+strings.Repeat("id name ", 5)+"} ", 5)+"} ", 4) + "}"},
		{"conflicts between repeated fields", "{ contact(id: 1) { " + strings.Repeat("companies(first: 1) { id name } companies(first: 2) { id } ", 50) + "} }"},
		{"conflicts deep inside", "{ " + strings.Repeat("contact(id: 1) { companies { contacts(first: 1) { id } } companies { contacts(first: 2) { id } } } ", 40) + "}"},
		{"50 chained fragments", chain.String()},
		{"10 operations over one fragment", reused.String()},
		{"4,900 tokens of a list", "{ contact(id: [" + strings.Repeat("1 ", 4_900) + "]) { id } }"},
		{"1,600 object keys", "{ contact(id: {" + strings.Repeat("a: 1 ", 1_600) + "}) { id } }"},
		{"90 fragments that conflict", fragmentsInConflict(90)},
	}
}

// fragmentsInConflict is n fragments side by side, each pair of which differs
// in an argument.
func fragmentsInConflict(n int) string {
	var spreads, definitions strings.Builder
	for i := range n {
		fmt.Fprintf(&spreads, "...F%d ", i)
		fmt.Fprintf(&definitions, "fragment F%d on Contact { companies(first: %d) { id name contacts { id email } } } ", i, i)
	}
	return "{ contact(id: 1) { " + spreads.String() + "} } " + definitions.String()
}

// fragmentMesh is n fragments that spread the next m.
func fragmentMesh(n, m int) string {
	var b strings.Builder
	b.WriteString("{ contact(id: 1) { ...F0 } } ")
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Contact { id ", i)
		for j := i + 1; j <= i+m && j < n; j++ {
			fmt.Fprintf(&b, "...F%d ", j)
		}
		b.WriteString("} ")
	}
	return b.String()
}
