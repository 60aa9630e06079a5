package where

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/schema"
)

func TestCompare(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct{ property, ascending string }{
		{"amount", "-2|0.1|1|9|10|12345678901234567890|12345678901234567891||"},
		{"amount", "9|10|abc|ten|"},
		{"born", "1969-12-31|1970-01-01|86400001|2026-01-05||"},
		{"createdate", "2026-01-05T10:00:00.000Z|2026-01-05T10:00:00.001Z|1767607200002|soon|"},
		{"active", "false|true|"},
		{"stage", "A|B|a|b|"},
		{"email", "Ada|ada|Bob|bob|"},
		{"hs_object_id", "9|10|100|"},
		{"hubspot_owner_id", "9|10|100|a9|b|"},
	} {
		o, err := ParseRecordOrder(contacts, "records", map[string]any{"property": test.property})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(test.ascending, "|")
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortStableFunc(got, o.Compare)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order by %s differs (-want +got):\n%s", test.property, diff)
		}
		o.Descending = true
		slices.SortStableFunc(got, o.Compare)
		last := slices.Index(want, "")
		for i, value := range got[last:] {
			if value != "" {
				t.Errorf("order by %s has %q at %d, where no values belong", o, value, last+i)
			}
		}
	}
}

func TestParseOrder(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct {
		read func(*schema.Type, string, any) (*Order, error)
		arg  string
		want string
	}{
		{ParseOrder, `{property: amount}`, `amount ASC`},
		{ParseOrder, `{property: amount, direction: DESC}`, `amount DESC`},
		{ParseOrder, `{property: id_, direction: ASC}`, `id ASC`},
		{ParseRecordOrder, `{property: "id"}`, `id ASC`},
		{ParseOrder, `{property: AMOUNT}`, `contacts: orderBy.property is "AMOUNT", which is no property field of Contact; objectTypes { properties { field } } lists them`},
		{ParseOrder, `{property: amount, direction: UP}`, `contacts: orderBy.direction is "UP"; it must be ASC or DESC`},
		{ParseOrder, `{property: amount, direction: null}`, `amount ASC`},
		{ParseOrder, `{direction: DESC}`, `contacts: orderBy.property is missing; name the property to order by`},
		{ParseOrder, `{}`, `contacts: orderBy is empty; give it a property, or leave it out`},
		{ParseRecordOrder, `{property: "nope"}`, `contacts: orderBy.property is "nope", and contacts has no such property; objectType(name: "0-1") { properties { name } } lists them`},
	} {
		o, err := test.read(contacts, "contacts", parseArg(t, test.arg))
		got := o.String()
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("order %s = %s, want %s", test.arg, got, test.want)
		}
	}
	if o, err := ParseOrder(contacts, "contacts", nil); o != nil || err != nil || o.String() != "" {
		t.Errorf("ParseOrder(nil) = %v, %v, want nil, nil", o, err)
	}
}
