package decoders

import (
	"errors"
	"slices"

	"github.com/tidwall/gjson"
	"github.com/valyala/fastjson"
)

var errShape = errors.New("unexpected json")

// gjsonRecords walks the document by the library's iterators, which trust it:
// Valid is the pass before that a client would need too.
func gjsonRecords(text []byte, wanted []string) ([]*Record, error) {
	if !gjson.ValidBytes(text) {
		return nil, errShape
	}
	at := positions(wanted)
	var out []*Record
	gjson.GetBytes(text, "results").ForEach(func(_, r gjson.Result) bool {
		rec := &Record{Values: make([]string, len(wanted))}
		r.ForEach(func(name, v gjson.Result) bool {
			switch name.Str {
			case "id":
				rec.ID = v.String()
			case "createdAt":
				rec.CreatedAt = v.String()
			case "updatedAt":
				rec.UpdatedAt = v.String()
			case "archived":
				rec.Archived = v.Bool()
			case "properties":
				v.ForEach(func(name, v gjson.Result) bool {
					if i, ok := at[name.Str]; ok {
						rec.Values[i] = v.String()
					}
					return true
				})
			case "associations":
				rec.Associations = make(map[string][]string)
				v.ForEach(func(name, v gjson.Result) bool {
					var ids []string
					v.Get("results").ForEach(func(_, row gjson.Result) bool {
						if id := row.Get("id").String(); !slices.Contains(ids, id) {
							ids = append(ids, id)
						}
						return true
					})
					rec.Associations[name.Str] = ids
					return true
				})
			}
			return true
		})
		out = append(out, rec)
		return true
	})
	return out, nil
}

func gjsonLinks(text []byte) (map[string][]Link, error) {
	if !gjson.ValidBytes(text) {
		return nil, errShape
	}
	out := make(map[string][]Link)
	gjson.GetBytes(text, "results").ForEach(func(_, r gjson.Result) bool {
		var list []Link
		r.Get("to").ForEach(func(_, to gjson.Result) bool {
			l := Link{ID: to.Get("toObjectId").Raw}
			to.Get("associationTypes").ForEach(func(_, t gjson.Result) bool {
				l.Types = append(l.Types, LinkType{Category: t.Get("category").String(), TypeID: int(t.Get("typeId").Int()), Label: t.Get("label").String()})
				return true
			})
			list = append(list, l)
			return true
		})
		out[r.Get("from.id").String()] = list
		return true
	})
	return out, nil
}

var fastjsonParsers fastjson.ParserPool

func fastjsonRecords(text []byte, wanted []string) ([]*Record, error) {
	p := fastjsonParsers.Get()
	defer fastjsonParsers.Put(p)
	doc, err := p.ParseBytes(text)
	if err != nil {
		return nil, err
	}
	var out []*Record
	for _, r := range doc.GetArray("results") {
		rec := &Record{
			ID: string(r.GetStringBytes("id")), CreatedAt: string(r.GetStringBytes("createdAt")), UpdatedAt: string(r.GetStringBytes("updatedAt")),
			Archived: r.GetBool("archived"), Values: make([]string, len(wanted)),
		}
		values := r.Get("properties")
		for i, name := range wanted {
			rec.Values[i] = string(values.GetStringBytes(name))
		}
		if associations := r.GetObject("associations"); associations != nil {
			rec.Associations = make(map[string][]string)
			associations.Visit(func(name []byte, v *fastjson.Value) {
				var ids []string
				for _, row := range v.GetArray("results") {
					if id := row.GetStringBytes("id"); !slices.Contains(ids, string(id)) {
						ids = append(ids, string(id))
					}
				}
				rec.Associations[string(name)] = ids
			})
		}
		out = append(out, rec)
	}
	return out, nil
}

func fastjsonLinks(text []byte) (map[string][]Link, error) {
	p := fastjsonParsers.Get()
	defer fastjsonParsers.Put(p)
	doc, err := p.ParseBytes(text)
	if err != nil {
		return nil, err
	}
	results := doc.GetArray("results")
	out := make(map[string][]Link, len(results))
	for _, r := range results {
		to := r.GetArray("to")
		list := make([]Link, len(to))
		for i, t := range to {
			list[i].ID = string(t.Get("toObjectId").MarshalTo(nil)) // its digits, not a float
			for _, lt := range t.GetArray("associationTypes") {
				list[i].Types = append(list[i].Types, LinkType{Category: string(lt.GetStringBytes("category")), TypeID: lt.GetInt("typeId"), Label: string(lt.GetStringBytes("label"))})
			}
		}
		out[string(r.GetStringBytes("from", "id"))] = list
	}
	return out, nil
}

// positions are the places of the wanted names.
func positions(wanted []string) map[string]int {
	at := make(map[string]int, len(wanted))
	for i, name := range wanted {
		at[name] = i
	}
	return at
}
