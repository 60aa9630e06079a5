package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// A drawnPortal is metadata in which no name, label or text is part of another.
type drawnPortal struct {
	t    *rapid.T
	meta *portal.Metadata
	n    int
}

// word is a text that occurs nowhere else, and in nothing that is built in.
func (d *drawnPortal) word(kind string) string {
	d.n++
	return fmt.Sprintf("zq%s%dq", kind, d.n)
}

func drawPortal(t *rapid.T) *drawnPortal {
	d := &drawnPortal{t: t, meta: &portal.Metadata{Account: hubspot.Account{PortalID: "1"}}}
	ids := []string{"0-1", "0-3", "2-1", "2-2", "2-3"}
	for _, id := range ids {
		d.meta.Types = append(d.meta.Types, d.objectType(id))
	}
	for i := range d.meta.Types {
		ty := &d.meta.Types[i]
		for _, to := range ids {
			if rapid.Bool().Draw(t, "associated") {
				ty.Associates = append(ty.Associates, to)
			}
		}
		for _, p := range ty.Properties {
			switch rapid.IntRange(0, 6).Draw(t, "reference") {
			case 0:
				p.ReferencedObjectType = "OWNER"
			case 1:
				p.ReferencedObjectType = strings.ToUpper(rapid.SampledFrom(d.meta.Types).Draw(t, "to").Name)
			case 2:
				p.CurrencyPropertyName = rapid.SampledFrom(ty.Properties).Draw(t, "currency").Name
			}
		}
	}
	d.meta.Unavailable = []portal.Unavailable{{TypeID: "2-9", Name: d.word("type"), Reason: d.word("reason")}}
	d.meta.Warnings = []string{d.word("warning") + " of " + d.meta.Types[2].Name}
	d.meta.Owners = []hubspot.Owner{{ID: "1", Email: d.word("mail")}}
	return d
}

func (d *drawnPortal) objectType(id string) portal.ObjectType {
	ty := portal.ObjectType{
		TypeID: id, Name: d.word("type"), PluralName: d.word("types"), Custom: id[0] == '2',
		SingularLabel: d.word("label"), PluralLabel: d.word("labels"), Description: d.word("text"),
		Searchable: true,
	}
	names := []string{"zz_own"}
	for range rapid.IntRange(1, 6).Draw(d.t, "properties") {
		names = append(names, d.word("prop"))
	}
	if id == "0-3" {
		names = append(names, "pipeline", "dealstage")
		ty.Pipelines = []hubspot.Pipeline{{ID: d.word("pipe"), Label: d.word("pipelabel"), Stages: []hubspot.PipelineStage{{ID: d.word("stage"), Label: d.word("stagelabel")}}}}
	}
	slices.Sort(names)
	for _, name := range names {
		ty.Properties = append(ty.Properties, &hubspot.Property{
			Name: name, Label: d.word("label"), Description: d.word("text"), GroupName: d.word("group"),
			Type: "enumeration", FieldType: "select", HasUniqueValue: rapid.Bool().Draw(d.t, "unique"),
			Options: []hubspot.PropertyOption{{Value: d.word("value"), Label: d.word("optionlabel")}},
		})
	}
	ty.DisplayProperties = names[:1]
	ty.FallbackProperties = names[1:]
	ty.SearchedProperties = names
	return ty
}

// rights draws rights, by any of a type's names.
func (d *drawnPortal) rights() auth.Rights {
	t := d.t
	nameOf := func(ty *portal.ObjectType) string {
		return rapid.SampledFrom([]string{ty.TypeID, ty.Name, strings.ToUpper(ty.PluralName)}).Draw(t, "named")
	}
	r := auth.Rights{Properties: map[string][]string{}, HiddenProperties: map[string][]string{}}
	limited := rapid.Bool().Draw(t, "limited")
	if limited {
		r.ObjectTypes = []string{nameOf(&d.meta.Types[0])}
	}
	for i := range d.meta.Types {
		ty := &d.meta.Types[i]
		if rapid.Bool().Draw(t, "some type") {
			if limited {
				r.ObjectTypes = append(r.ObjectTypes, nameOf(ty))
			} else {
				r.HiddenObjectTypes = append(r.HiddenObjectTypes, nameOf(ty))
			}
		}
		var some []string
		for _, p := range ty.Properties {
			if rapid.Bool().Draw(t, "some property") {
				some = append(some, p.Name)
			}
		}
		switch rapid.IntRange(0, 2).Draw(t, "of properties") {
		case 0:
			r.Properties[nameOf(ty)] = some
		case 1:
			r.HiddenProperties[nameOf(ty)] = some
		}
	}
	if owners := rapid.Bool().Draw(t, "owners"); rapid.Bool().Draw(t, "owners said") {
		r.Owners = &owners
	}
	return r
}

// hiddenTexts are what nobody with the rights may read anywhere.
func (d *drawnPortal) hiddenTexts(r auth.Rights) (texts []string) {
	for i := range d.meta.Types {
		ty := &d.meta.Types[i]
		seen := r.SeesType(ty.TypeID, ty.Name, ty.PluralName)
		if !seen {
			texts = append(texts, ty.Name, strings.ToUpper(ty.Name), ty.PluralName, ty.SingularLabel, ty.PluralLabel, ty.Description)
		}
		of := r.OfType(ty.TypeID, ty.Name, ty.PluralName)
		for _, p := range ty.Properties {
			if seen && of.Sees(p.Name) {
				continue
			}
			if strings.HasPrefix(p.Name, "zqprop") {
				texts = append(texts, p.Name)
			}
			texts = append(texts, p.Label, p.Description, p.GroupName, p.Options[0].Value, p.Options[0].Label)
		}
		for _, p := range ty.Pipelines {
			if !seen || !of.Sees("pipeline") && !of.Sees("dealstage") {
				texts = append(texts, p.ID, p.Label)
			}
			if !seen || !of.Sees("dealstage") {
				texts = append(texts, p.Stages[0].ID, p.Stages[0].Label)
			}
		}
	}
	for _, u := range d.meta.Unavailable {
		if !r.SeesType(u.TypeID, u.Name) {
			texts = append(texts, u.Name, u.Reason)
		}
	}
	if !r.SeesOwners() {
		texts = append(texts, d.meta.Owners[0].Email)
	}
	return texts
}

// TestNothingHiddenIsLeft: no text of anything hidden is in what is left, and
// what is left is what it was.
func TestNothingHiddenIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawPortal(t)
		r := d.rights()
		before := dump(d.meta)
		left := Restrict(d.meta, r)
		text := dump(left)
		for _, hidden := range d.hiddenTexts(r) {
			if strings.Contains(text, hidden) {
				t.Fatalf("%+v\n%q is left in\n%s", r, hidden, text)
			}
		}
		if diff := cmp.Diff(before, dump(d.meta)); diff != "" {
			t.Fatalf("the metadata itself has changed:\n%s", diff)
		}
		if !r.Everything() && len(left.Warnings) > 0 {
			t.Fatalf("warnings are left: %q", left.Warnings)
		}
		for i := range left.Types {
			ty := &left.Types[i]
			full := d.meta.Type(ty.TypeID)
			for _, id := range ty.Associates {
				if left.Type(id) == nil {
					t.Fatalf("%s is associated with %s, which is not left", ty.TypeID, id)
				}
			}
			if hides := len(ty.Properties) < len(full.Properties); ty.Custom && ty.NoWords != hides {
				t.Fatalf("NoWords is %t with %d of %d properties", ty.NoWords, len(ty.Properties), len(full.Properties))
			}
			of := r.OfType(full.TypeID, full.Name, full.PluralName)
			for _, p := range full.Properties {
				if of.Sees(p.Name) && p.ReferencedObjectType == "" && !has(ty, p.Name) {
					t.Fatalf("%s of %s is gone", p.Name, ty.TypeID)
				}
			}
		}
	})
}

func dump(m *portal.Metadata) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v %+v %q\n", m.Owners, m.Unavailable, m.Warnings)
	for _, ty := range m.Types {
		properties := ty.Properties
		ty.Properties = nil
		fmt.Fprintf(&b, "%+v\n", ty)
		for _, p := range properties {
			fmt.Fprintf(&b, "  %+v\n", *p)
		}
	}
	return b.String()
}

// TestRestrict holds what is easily got wrong.
func TestRestrict(t *testing.T) {
	property := func(name string) *hubspot.Property { return &hubspot.Property{Name: name, Type: "string"} }
	meta := &portal.Metadata{Types: []portal.ObjectType{
		{TypeID: "0-1", Name: "contact", PluralName: "contacts", Searchable: true,
			Properties: []*hubspot.Property{property("a"), property("email"), property("firstname"), property("hs_merged_object_ids")}},
		{TypeID: "0-136", Name: "lead", PluralName: "leads", Properties: []*hubspot.Property{property("a"), property("hs_lead_name")}},
	}}
	yes := true
	tests := []struct {
		name           string
		rights         auth.Rights
		noWords, leads bool // of contacts; whether words of leads are not looked for
		same           bool
	}{
		{name: "nothing", same: true},
		{name: "what is not searched", rights: auth.Rights{HiddenProperties: map[string][]string{"*": {"a"}}}, leads: true},
		{name: "what is searched", rights: auth.Rights{HiddenProperties: map[string][]string{"Contact": {"email"}}}, noWords: true},
		{name: "what the portal does not have", rights: auth.Rights{HiddenProperties: map[string][]string{"contacts": {"fax"}}, Lists: &yes}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			left := Restrict(meta, tt.rights)
			if left.Types[0].NoWords != tt.noWords || left.Types[1].NoWords != tt.leads || (left == meta) != tt.same {
				t.Errorf("no words of contacts %t, of leads %t, the same %t", left.Types[0].NoWords, left.Types[1].NoWords, left == meta)
			}
			if left.Withheld.Words == tt.same {
				t.Errorf("what HubSpot says in errors is withheld: %t", left.Withheld.Words)
			}
			if left.Types[0].Merges {
				t.Error("old IDs answer without the property that says so, which is there")
			}
		})
	}
	left := Restrict(meta, auth.Rights{Properties: map[string][]string{"0-1": {"a"}}})
	if !left.Types[0].Merges || left.Types[1].Merges {
		t.Errorf("old IDs of contacts answer: %t, of leads: %t", left.Types[0].Merges, left.Types[1].Merges)
	}
}

func TestFingerprint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawPortal(t)
		of := func(r auth.Rights) string { return Fingerprint(Restrict(d.meta, r)) }
		a := auth.Rights{HiddenObjectTypes: []string{"2-1"}}
		b := auth.Rights{HiddenObjectTypes: []string{strings.ToUpper(d.meta.Types[2].PluralName)}}
		c := auth.Rights{HiddenObjectTypes: []string{"2-2"}}
		if of(a) != of(b) || of(a) == of(c) || of(a) == of(auth.Rights{}) {
			t.Fatalf("fingerprints %s, %s, %s, %s", of(a), of(b), of(c), of(auth.Rights{}))
		}
	})
}

func TestUnknown(t *testing.T) {
	meta := &portal.Metadata{
		Types:       []portal.ObjectType{{TypeID: "0-1", Name: "contact", PluralName: "contacts", Properties: []*hubspot.Property{{Name: "email"}}}},
		Unavailable: []portal.Unavailable{{TypeID: "0-3", Name: "deal", PluralName: "deals"}},
	}
	got := Unknown(meta, auth.Rights{
		ObjectTypes:      []string{"Contacts", "deals", "contaks"},
		Properties:       map[string][]string{"CONTACT": {"email", "emial"}, "deal": {"amount"}},
		HiddenProperties: map[string][]string{"*": {"any", "email"}, "tikets": {"x"}},
	})
	if diff := cmp.Diff([]string{"*.any", "CONTACT.emial", "contaks", "tikets"}, got); diff != "" {
		t.Errorf("Unknown (-want +got):\n%s", diff)
	}
}
