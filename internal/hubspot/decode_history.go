package hubspot

import "github.com/go-json-experiment/json/jsontext"

// history decodes a record's properties with all their values. HubSpot sends
// the member only if it was asked for.
func history(d *jsontext.Decoder) (map[string][]PropertyVersion, error) {
	out := make(map[string][]PropertyVersion)
	err := object(d, func(name []byte) error {
		key := string(name)
		return array(d, func() error {
			v, err := propertyVersion(d)
			out[key] = append(out[key], v)
			return err
		})
	})
	return out, err
}

// propertyVersion decodes one value. The user is documented as a number and
// the source's texts may be missing.
func propertyVersion(d *jsontext.Decoder) (v PropertyVersion, err error) {
	err = object(d, func(name []byte) (err error) {
		switch string(name) {
		case "value":
			v.Value, err = text(d)
		case "timestamp":
			v.Timestamp, err = text(d)
		case "sourceType":
			v.SourceType, err = looseMember(d)
		case "sourceId":
			v.SourceID, err = looseMember(d)
		case "sourceLabel":
			v.SourceLabel, err = looseMember(d)
		case "updatedByUserId":
			v.UpdatedByUserID, err = looseMember(d)
		default:
			err = d.SkipValue()
		}
		return err
	})
	return v, err
}
