// Package decoders compares JSON libraries on the answers that HubSpot sends
// most: how fast each turns one into what hubgraph keeps of it. The numbers
// are in docs/performance.md; README.md says how to make them again.
package decoders

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// A Record is what is kept of a record: its ID and the values wanted of it, in
// the order in which they were asked for. Null and absent values are empty.
type Record struct {
	ID           string
	CreatedAt    string
	UpdatedAt    string
	Archived     bool
	Values       []string
	Associations map[string][]string // IDs by object type, none twice; nil if there are none
}

// A Link is a record at the other end of an association.
type Link struct {
	ID    string
	Types []LinkType
}

// A LinkType is one way in which two records are associated.
type LinkType struct {
	Category string `json:"category"`
	TypeID   int    `json:"typeId"`
	Label    string `json:"label"`
}

// properties are the names of n properties, in the order HubSpot sends them.
func properties(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("hs_property_%02d", i)
	}
	return names
}

// records is an answer of POST /crm/v3/objects/{type}/batch/read, or of the
// list with the associations: 100 records with the properties sent.
func records(sent int, associations bool) []byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	names := properties(sent)
	var results []any
	for i := range 100 {
		values := make(map[string]any)
		for j, name := range names {
			switch {
			case rnd.IntN(3) == 0:
				values[name] = nil
			case j%7 == 6:
				values[name] = "first line\nsecond \"line\", Zürich"
			default:
				values[name] = fmt.Sprintf("value %d of record %d, some text", j, i)
			}
		}
		record := map[string]any{
			"id": fmt.Sprint(10_000_000 + i), "properties": values, "archived": false,
			"createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-02-06T11:00:00.000Z",
			"url": "https://app.hubspot.com/contacts/1/record/0-1/512",
		}
		if associations {
			var rows []any
			for j := range 5 {
				id := fmt.Sprint(20_000_000 + 5*i + j)
				rows = append(rows,
					map[string]any{"id": id, "type": "contact_to_company"},
					map[string]any{"id": id, "type": "contact_to_company_unlabeled"})
			}
			record["associations"] = map[string]any{"companies": map[string]any{"results": rows}}
		}
		results = append(results, record)
	}
	text, err := json.Marshal(map[string]any{"status": "COMPLETE", "results": results})
	if err != nil {
		panic(err) // the document is built from nothing but text
	}
	return text
}

// links is an answer of POST /crm/v4/associations/{from}/{to}/batch/read: 500
// records with 5 links each, of two types.
func links() []byte {
	var text bytes.Buffer
	text.WriteString(`{"status":"COMPLETE","results":[`)
	for i := range 500 {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"from":{"id":"%d"},"to":[`, 10_000_000+i)
		for j := range 5 {
			if j > 0 {
				text.WriteByte(',')
			}
			fmt.Fprintf(&text, `{"toObjectId":%d,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]}`, 5_790_939_450+5*i+j)
		}
		text.WriteString(`]}`)
	}
	text.WriteString(`],"startedAt":"2026-01-05T10:00:00.000Z","completedAt":"2026-01-05T10:00:00.000Z"}`)
	return text.Bytes()
}
