package hubspot

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// A propertyReader decodes the definitions of one answer: tens of thousands in
// a portal that is loaded, which is why they are not left to reflection.
type propertyReader struct {
	d      *jsontext.Decoder
	layout layout
	shared map[string]string // texts that many definitions have
	text   []byte
}

// decodeProperties reads an envelope of property definitions.
func decodeProperties(d *decoder) ([]Property, error) {
	r := propertyReader{d: d.Decoder, shared: make(map[string]string)}
	var all []Property
	_, err := decodeAnswer(r.d, func() error {
		p, err := r.property()
		all = append(all, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (r *propertyReader) property() (p Property, err error) {
	err = r.layout.object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "name":
			p.Name, err = looseMember(r.d)
		case "label":
			p.Label, err = looseMember(r.d)
		case "type":
			p.Type, err = r.common()
		case "fieldType":
			p.FieldType, err = r.common()
		case "groupName":
			p.GroupName, err = r.common()
		case "description":
			p.Description, err = looseMember(r.d)
		case "options":
			return array(r.d, func() error {
				o, err := r.option()
				p.Options = append(p.Options, o)
				return err
			})
		case "displayOrder":
			p.DisplayOrder, err = integer(r.d)
		case "hidden":
			p.Hidden, err = flag(r.d)
		case "calculated":
			p.Calculated, err = flag(r.d)
		case "externalOptions":
			p.ExternalOptions, err = flag(r.d)
		case "hasUniqueValue":
			p.HasUniqueValue, err = flag(r.d)
		case "hubspotDefined":
			p.HubSpotDefined, err = flag(r.d)
		case "referencedObjectType":
			p.ReferencedObjectType, err = r.common()
		case "showCurrencySymbol":
			p.ShowCurrencySymbol, err = flag(r.d)
		case "currencyPropertyName":
			p.CurrencyPropertyName, err = r.common()
		case "numberDisplayHint":
			p.NumberDisplayHint, err = r.common()
		case "dataSensitivity":
			p.DataSensitivity, err = r.common()
		case "archived":
			p.Archived, err = flag(r.d)
		default:
			err = r.d.SkipValue()
		}
		return err
	})
	return p, err
}

func (r *propertyReader) option() (o PropertyOption, err error) {
	err = object(r.d, func(name []byte) (err error) {
		switch string(name) {
		case "value":
			o.Value, err = looseMember(r.d)
		case "label":
			o.Label, err = looseMember(r.d)
		case "displayOrder":
			o.DisplayOrder, err = integer(r.d)
		case "hidden":
			o.Hidden, err = flag(r.d)
		case "description":
			o.Description, err = looseMember(r.d)
		default:
			err = r.d.SkipValue()
		}
		return err
	})
	return o, err
}

// common is looseMember for text that many definitions have: they share it.
func (r *propertyReader) common() (string, error) {
	switch r.d.PeekKind() {
	case '{', '[':
		return "", r.d.SkipValue()
	}
	var err error
	if r.text, err = appendText(r.text[:0], r.d); err != nil {
		return "", err
	}
	s, ok := r.shared[string(r.text)]
	if !ok {
		s = string(r.text)
		r.shared[s] = s
	}
	return s, nil
}

// flag reads true, false or null, which is false.
func flag(d *jsontext.Decoder) (bool, error) {
	switch d.PeekKind() {
	case 't':
		return true, d.SkipValue()
	case 'f', 'n':
		return false, d.SkipValue()
	}
	return false, wrongKind(d)
}

// integer reads a whole number or null, which is zero.
func integer(d *jsontext.Decoder) (int, error) {
	switch d.PeekKind() {
	case 'n':
		return 0, d.SkipValue()
	case '0':
		raw, err := d.ReadValue()
		if err != nil {
			return 0, err
		}
		n, err := strconv.Atoi(string(raw))
		if err != nil {
			return 0, errMalformed
		}
		return n, nil
	}
	return 0, wrongKind(d)
}

// wrongKind is what is wrong with the next value: it may be that there is none.
func wrongKind(d *jsontext.Decoder) error {
	return firstError(d.SkipValue(), errMalformed)
}
