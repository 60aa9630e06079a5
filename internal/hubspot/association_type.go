package hubspot

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

func parseAssociationTypes(raw jsontext.Value) ([]AssociationType, error) {
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	var types []AssociationType
	err := array(d, func() error {
		t, err := decodeAssociationType(d)
		types = append(types, t)
		return err
	})
	return types, err
}

func decodeAssociationType(d *jsontext.Decoder) (AssociationType, error) {
	var t AssociationType
	err := object(d, func(name []byte) (err error) {
		switch string(name) {
		case "category":
			t.Category, err = text(d)
		case "label":
			t.Label, err = text(d)
		case "typeId":
			var id string
			if id, err = text(d); err != nil {
				return err
			}
			if t.TypeID, err = strconv.Atoi(id); err != nil {
				return errMalformed
			}
		default:
			err = d.SkipValue()
		}
		return err
	})
	return t, err
}
