package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// nasty is a portal whose values are what spreadsheets and readers of CSV stumble
// over.
func nasty(t *testing.T) *hubspottest.Portal {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineProperty("contacts", hubspottest.Property{Name: "interests", Label: "Interests", Type: "enumeration", FieldType: "checkbox", GroupName: "contactinformation",
		Options: []hubspottest.Option{{Label: "Solar, wind", Value: "sw"}, {Label: `"Heat"`, Value: "heat"}}})
	p.DefineProperty("contacts", hubspottest.Property{Name: "score", Label: "Score", Type: "number", FieldType: "number", GroupName: "contactinformation"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "note", Label: "Note", Type: "string", FieldType: "textarea", GroupName: "contactinformation"})
	add := func(note, score, interests string) string {
		return p.AddRecord("contacts", map[string]string{"note": note, "score": score, "interests": interests})
	}
	first := add(`He said "yes", and left`, "1.50", "sw;heat")
	add("two\nlines\r\nand a third", "-5", "sw")
	add(`=HYPERLINK("https://evil.example","x")`, "", "")
	add("+49 30 1234567", "0.10", "")
	add("-5", "1e3", "")
	add("-5+cmd|' /C calc'!A0", "12345678901234567890.10", "")
	add("@SUM(A1)", "", "")
	add("\tx", "", "")
	add(" blanks ", "", "")
	add("日本語 – Zoë 🚀; ok", "", "")
	add("", "", "")
	for _, name := range []string{"Müller & Söhne", "", "=1+1"} {
		company := p.AddRecord("companies", map[string]string{"name": name, "city": strings.ToUpper(name)})
		p.Associate("contacts", first, "companies", company)
		deal := p.AddRecord("deals", map[string]string{"dealname": "Deal of " + name, "amount": "10.00", "pipeline": "default", "dealstage": "closedwon"})
		p.Associate("companies", company, "deals", deal)
	}
	return p
}

// TestCSVCells holds every cell of a table to the byte.
func TestCSVCells(t *testing.T) {
	g := startGateway(t, nasty(t), unthrottled)
	tests := []struct{ name, query, want string }{
		{"values", `{ contacts { nodes { hs_object_id note score interests { value label } } } }`, strings.Join([]string{
			`hs_object_id,note,score,interests.value,interests.label`,
			`101,"He said ""yes"", and left",1.50,sw; heat,"Solar, wind; ""Heat"""`,
			"102,\"two\nlines\r\nand a third\",-5,sw,\"Solar, wind\"",
			`103,"'=HYPERLINK(""https://evil.example"",""x"")",,,`,
			`104,"'+49 30 1234567",0.10,,`,
			`105,-5,1e3,,`,
			`106,"'-5+cmd|' /C calc'!A0",12345678901234567890.10,,`,
			`107,"'@SUM(A1)",,,`,
			"108,\"'\tx\",,,",
			`109," blanks ",,,`,
			`110,日本語 – Zoë 🚀; ok,,,`,
			`111,,,,`,
		}, "\r\n") + "\r\n"},
		{"nested", `{ contacts(first: 2) { nodes { id who: companies { totalCount edges { node { name city deals { nodes { dealname amount stage: dealstage { label isClosed } } } } } } primaryCompany { name } } } }`, strings.Join([]string{
			`id,who.totalCount,who.name,who.city,who.deals.dealname,who.deals.amount,who.deals.stage.label,who.deals.stage.isClosed,primaryCompany.name`,
			`0-1:101,3,Müller & Söhne; ; =1+1,MÜLLER & SÖHNE; ; =1+1,Deal of Müller & Söhne; Deal of ; Deal of =1+1,10.00; 10.00; 10.00,Closed Won; Closed Won; Closed Won,true; true; true,`,
			`0-1:102,0,,,,,,,`,
		}, "\r\n") + "\r\n"},
		{"names that meet", `{ contacts(first: 1) { edges { note: cursor node { note } } } }`, "note,node.note\r\n"},
		{"a column of nothing", `{ contacts(first: 11) { nodes { firstname } } }`, "firstname\r\n" + strings.Repeat("\"\"\r\n", 11)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g.t = t
			got, _ := g.exported(textCSV, tt.query, nil)
			if tt.name == "names that meet" {
				got = got[:strings.Index(got, "\n")+1]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.query, diff)
			}
		})
	}
}
