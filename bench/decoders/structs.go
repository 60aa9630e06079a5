package decoders

import (
	"encoding/json"
	"slices"

	"github.com/bytedance/sonic"
	v2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"
	jsoniter "github.com/json-iterator/go"
	segmentio "github.com/segmentio/encoding/json"
)

// An unmarshal fills Go values with a document, as encoding/json.Unmarshal does.
type unmarshal func(text []byte, to any) error

// byStruct are the libraries that fill structs. All properties that were sent
// are decoded, because no struct can know which are wanted.
var byStruct = map[string]unmarshal{
	"encoding_json": json.Unmarshal,
	"jsonv2":        func(text []byte, to any) error { return v2.Unmarshal(text, to) },
	"goccy":         goccy.Unmarshal,
	"jsoniter":      jsoniter.ConfigCompatibleWithStandardLibrary.Unmarshal,
	"segmentio":     segmentio.Unmarshal,
	"sonic":         sonic.ConfigStd.Unmarshal, // checks UTF-8 and copies text, as the others do
}

type wireRecords struct {
	Results []struct {
		ID           string             `json:"id"`
		CreatedAt    string             `json:"createdAt"`
		UpdatedAt    string             `json:"updatedAt"`
		Archived     bool               `json:"archived"`
		Properties   map[string]*string `json:"properties"`
		Associations map[string]struct {
			Results []struct {
				ID string `json:"id"`
			} `json:"results"`
		} `json:"associations"`
	} `json:"results"`
}

func (u unmarshal) records(text []byte, wanted []string) ([]*Record, error) {
	var wire wireRecords
	if err := u(text, &wire); err != nil {
		return nil, err
	}
	out := make([]*Record, len(wire.Results))
	for i, r := range wire.Results {
		out[i] = &Record{ID: r.ID, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Archived: r.Archived, Values: make([]string, len(wanted))}
		for j, name := range wanted {
			if v := r.Properties[name]; v != nil {
				out[i].Values[j] = *v
			}
		}
		for name, list := range r.Associations {
			if out[i].Associations == nil {
				out[i].Associations = make(map[string][]string)
			}
			var ids []string
			for _, row := range list.Results {
				if !slices.Contains(ids, row.ID) {
					ids = append(ids, row.ID)
				}
			}
			out[i].Associations[name] = ids
		}
	}
	return out, nil
}

type wireLinks struct {
	Results []struct {
		From struct {
			ID string `json:"id"`
		} `json:"from"`
		To []struct {
			ID    json.Number `json:"toObjectId"`
			Types []LinkType  `json:"associationTypes"`
		} `json:"to"`
	} `json:"results"`
}

// wireLinksV2 holds IDs as the text of numbers, which jsonv2 knows no type for.
type wireLinksV2 struct {
	Results []struct {
		From struct {
			ID string `json:"id"`
		} `json:"from"`
		To []struct {
			ID    digits     `json:"toObjectId"`
			Types []LinkType `json:"associationTypes"`
		} `json:"to"`
	} `json:"results"`
}

type digits string

func (d *digits) UnmarshalJSON(text []byte) error {
	*d = digits(text)
	return nil
}

func (u unmarshal) links(text []byte) (map[string][]Link, error) {
	var wire wireLinks
	if err := u(text, &wire); err != nil {
		return nil, err
	}
	out := make(map[string][]Link, len(wire.Results))
	for _, r := range wire.Results {
		list := make([]Link, len(r.To))
		for i, to := range r.To {
			list[i] = Link{ID: to.ID.String(), Types: to.Types}
		}
		out[r.From.ID] = list
	}
	return out, nil
}

func linksV2(text []byte) (map[string][]Link, error) {
	var wire wireLinksV2
	if err := v2.Unmarshal(text, &wire); err != nil {
		return nil, err
	}
	out := make(map[string][]Link, len(wire.Results))
	for _, r := range wire.Results {
		list := make([]Link, len(r.To))
		for i, to := range r.To {
			list[i] = Link{ID: string(to.ID), Types: to.Types}
		}
		out[r.From.ID] = list
	}
	return out, nil
}
