package hubspottest

import "fmt"

// A Size says how far a portal has grown.
type Size struct {
	CustomObjects int // besides the standard types
	Properties    int // of every type
	Records       int // of every type, with values for most properties
}

// Grown returns a portal of that size, with all standard types, those of
// [ExtraTypes] included. Every custom object can be associated with contacts
// and companies; no records are associated yet.
func Grown(opts Options, size Size) *Portal {
	opts.Extra = ExtraTypes()
	p := NewPortal(opts)
	for i := range size.CustomObjects {
		p.DefineObject(Object{Name: fmt.Sprintf("custom_%02d", i+1), Associations: []string{"contacts", "companies"}})
	}
	p.PadProperties(size.Properties)
	for _, t := range p.types {
		p.AddRecords(t.id, size.Records)
	}
	return p
}
