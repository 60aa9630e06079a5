package hubspot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
)

// batchAnswer is a batch read's answer of 100 records with n properties.
func batchAnswer(n int) (names []string, answer []byte) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		names = append(names, fmt.Sprintf("hs_property_%02d", i))
	}
	var results []any
	for i := range 100 {
		properties := make(map[string]any)
		for j, name := range names {
			switch {
			case rnd.IntN(3) == 0:
				properties[name] = nil
			case j%7 == 0:
				properties[name] = "first line\nsecond \"line\""
			default:
				properties[name] = fmt.Sprintf("value %d of record %d, some text", j, i)
			}
		}
		results = append(results, map[string]any{
			"id": fmt.Sprint(1000 + i), "properties": properties, "archived": false,
			"createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-01-05T10:00:00.000Z",
			"url": "https://app.hubspot.com/contacts/1/record/0-1/512",
		})
	}
	answer, err := json.Marshal(map[string]any{"status": "COMPLETE", "results": results})
	if err != nil {
		panic(err) // it is built of nothing but text
	}
	return names, answer
}

func BenchmarkDecodeBatch(b *testing.B) {
	for _, shape := range []struct{ sent, wanted int }{{60, 60}, {60, 10}, {10, 10}} {
		names, text := batchAnswer(shape.sent)
		b.Run(fmt.Sprintf("100x%d/wanted=%d", shape.sent, shape.wanted), func(b *testing.B) {
			set := NewPropertySet(names[:shape.wanted]...)
			benchmarkDecode(b, text, func(d *decoder) (int, error) {
				records, _, err := decodeRecords(d, set)
				return len(records), err
			})
		})
	}
}

func BenchmarkDecodeAssociations(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"status":"COMPLETE","results":[`)
	for i := range 1000 {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"from":{"id":"%d"},"to":[`, i+1)
		for j := range 3 {
			if j > 0 {
				text.WriteByte(',')
			}
			fmt.Fprintf(&text, `{"toObjectId":%d,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]}`, 5790939450+i*3+j)
		}
		text.WriteString(`]}`)
	}
	text.WriteString(`]}`)
	benchmarkDecode(b, text.Bytes(), func(d *decoder) (int, error) {
		pages, err := decodeAssociations(d)
		return len(pages) / 10, err
	})
}

// BenchmarkDecodeList decodes a page of a list with associations.
func BenchmarkDecodeList(b *testing.B) {
	names, text := batchAnswer(10)
	text = bytes.ReplaceAll(text, []byte(`"archived":false`), []byte(`"archived":false,"associations":{"companies":{"results":[`+
		`{"id":"20000001","type":"contact_to_company"},{"id":"20000001","type":"contact_to_company_unlabeled"},{"id":"20000002","type":"contact_to_company_unlabeled"}]},`+
		`"deals":{"results":[{"id":"30000001","type":"contact_to_deal"}]}}`))
	set := NewPropertySet(names...)
	benchmarkDecode(b, text, func(d *decoder) (int, error) {
		records, _, err := decodeRecords(d, set)
		return len(records), err
	})
}

// benchmarkDecode measures a decoder of 100 things from the body in memory on.
func benchmarkDecode(b *testing.B, text []byte, decode func(*decoder) (int, error)) {
	d := newDecoder()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d.body.Write(text)
		if err := d.bulk(); err != nil {
			b.Fatal(err)
		}
		if n, err := decode(d); err != nil || n != 100 {
			b.Fatal(n, err)
		}
		d.forget()
	}
}
