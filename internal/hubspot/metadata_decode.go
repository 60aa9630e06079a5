package hubspot

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient lets a Go string take a JSON number or boolean as written: HubSpot
// sends some IDs as numbers and documents them as text, or the other way
// round, and an ID must never pass through a float.
func lenient() json.Options {
	return json.WithUnmarshalers(json.UnmarshalFromFunc(func(d *jsontext.Decoder, s *string) (err error) {
		*s, err = looseMember(d)
		return err
	}))
}

// decodeAll reads an envelope of Ts.
func decodeAll[T any](d *jsontext.Decoder) ([]T, *answer, error) {
	var all []T
	options := lenient()
	a, err := decodeAnswer(d, func() error {
		var one T
		err := json.UnmarshalDecode(d, &one, options)
		all = append(all, one)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return all, a, nil
}

// decodeWhole is decodeAll for the lists that HubSpot does not page.
func decodeWhole[T any](d *jsontext.Decoder) ([]T, error) {
	all, _, err := decodeAll[T](d)
	return all, err
}
