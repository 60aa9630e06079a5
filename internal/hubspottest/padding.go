package hubspottest

import "fmt"

// PadProperties adds properties of mixed types to every object type until it
// has n, for tests at the scale of a grown portal. They have no values.
func (p *Portal) PadProperties(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.tick()
	for _, t := range p.types {
		for i := 1; len(t.properties) < n; i++ {
			prop := padding(i)
			prop.CreatedAt, prop.UpdatedAt = now, now
			prop.ModificationMetadata.Archivable = true
			t.define(prop)
		}
	}
}

// padding is the i-th of a mix of properties like those that portals gather.
func padding(i int) Property {
	prop := Property{
		Name:        fmt.Sprintf("custom_%03d", i),
		Label:       fmt.Sprintf("Custom %03d", i),
		Description: "Filled in by the sales team when the customer is handed over.",
	}
	switch i % 8 {
	case 1:
		prop.Type, prop.FieldType = "string", "textarea"
	case 2:
		prop.Type = "number"
	case 3:
		prop.Type = "date"
	case 4:
		prop.Type = "datetime"
	case 5:
		prop.Type, prop.Options = "bool", yesNo()
	case 6:
		prop.Type, prop.FieldType = "enumeration", "select"
	case 7:
		prop.Type, prop.FieldType = "enumeration", "checkbox"
	}
	if prop.Type == "enumeration" {
		for k := range 12 {
			prop.Options = append(prop.Options, Option{Label: fmt.Sprintf("Choice %d", k), Value: fmt.Sprintf("choice_%d", k), DisplayOrder: k})
		}
	}
	return prop
}
