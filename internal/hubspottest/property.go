package hubspottest

import "slices"

// A Property is the definition of one property, in HubSpot's own words.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
type Property struct {
	Name                 string   `json:"name"`
	Label                string   `json:"label"`
	Type                 string   `json:"type"`
	FieldType            string   `json:"fieldType"`
	GroupName            string   `json:"groupName"`
	Description          string   `json:"description"`
	Options              []Option `json:"options"`
	DisplayOrder         int      `json:"displayOrder"`
	Hidden               bool     `json:"hidden"`
	FormField            bool     `json:"formField"`
	Calculated           bool     `json:"calculated"`
	ExternalOptions      bool     `json:"externalOptions"`
	HasUniqueValue       bool     `json:"hasUniqueValue"`
	HubSpotDefined       bool     `json:"hubspotDefined,omitempty"`
	ReferencedObjectType string   `json:"referencedObjectType,omitempty"`
	ShowCurrencySymbol   bool     `json:"showCurrencySymbol,omitempty"`
	CurrencyPropertyName string   `json:"currencyPropertyName,omitempty"`
	NumberDisplayHint    string   `json:"numberDisplayHint,omitempty"`
	TextDisplayHint      string   `json:"textDisplayHint,omitempty"`
	DateDisplayHint      string   `json:"dateDisplayHint,omitempty"`
	DataSensitivity      string   `json:"dataSensitivity,omitempty"` // default "non_sensitive"
	Archived             bool     `json:"archived"`
	ArchivedAt           string   `json:"archivedAt,omitempty"`
	CreatedAt            string   `json:"createdAt,omitempty"`
	UpdatedAt            string   `json:"updatedAt,omitempty"`

	ModificationMetadata ModificationMetadata `json:"modificationMetadata"`
}

// An Option is one value that an enumeration can take.
type Option struct {
	Label        string `json:"label"`
	Value        string `json:"value"`
	Description  string `json:"description,omitempty"`
	DisplayOrder int    `json:"displayOrder"`
	Hidden       bool   `json:"hidden"`
}

// ModificationMetadata says what of a property can be changed.
type ModificationMetadata struct {
	Archivable         bool `json:"archivable"`
	ReadOnlyDefinition bool `json:"readOnlyDefinition"`
	ReadOnlyValue      bool `json:"readOnlyValue"`
}

// A Group is a heading under which properties are shown.
type Group struct {
	Name         string `json:"name"`
	Label        string `json:"label"`
	DisplayOrder int    `json:"displayOrder"`
	Archived     bool   `json:"archived"`
}

// DefineProperty adds a property to an object type, or replaces the one of
// that name. Only the name is needed: the type defaults to "string" and the
// rest to what fits the type.
func (p *Portal) DefineProperty(objectType string, prop Property) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.mustType(objectType)
	now := p.tick()
	prop.CreatedAt, prop.UpdatedAt = now, now
	prop.ModificationMetadata.Archivable = true
	t.define(prop)
}

// ArchiveProperty archives a property: its definition moves to the archived
// ones, and records no longer show its values.
func (p *Portal) ArchiveProperty(objectType, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	prop, ok := p.mustType(objectType).properties[name]
	if !ok {
		p.fail("%s has no property %q", objectType, name)
		return
	}
	archived := *prop
	archived.Archived, archived.ArchivedAt = true, p.tick()
	p.mustType(objectType).properties[name] = &archived
}

// define adds a property, completed, to the type. A definition that replaces
// another is a new value, so that concurrent readers keep theirs.
func (t *objectType) define(prop Property) {
	if prop.Type == "" {
		prop.Type = "string"
	}
	if prop.FieldType == "" {
		prop.FieldType = defaultFieldType(prop.Type)
	}
	if prop.Label == "" {
		prop.Label = labelOf(prop.Name)
	}
	if prop.GroupName == "" {
		prop.GroupName = t.groups[0].Name
	}
	if prop.DisplayOrder == 0 {
		prop.DisplayOrder = -1
	}
	if prop.DataSensitivity == "" {
		prop.DataSensitivity = "non_sensitive"
	}
	if prop.Options == nil {
		prop.Options = []Option{}
	}
	if prop.HasUniqueValue && t.unique[prop.Name] == nil {
		t.unique[prop.Name] = map[string]*record{}
	}
	if !slices.ContainsFunc(t.groups, func(g Group) bool { return g.Name == prop.GroupName }) {
		t.groups = append(t.groups, Group{Name: prop.GroupName, Label: labelOf(prop.GroupName), DisplayOrder: len(t.groups)})
	}
	t.properties[prop.Name] = &prop
	t.sorted = nil
}

func defaultFieldType(typ string) string {
	switch typ {
	case "number", "date":
		return typ
	case "datetime":
		return "date"
	case "bool":
		return "booleancheckbox"
	case "enumeration":
		return "select"
	case "phone_number":
		return "phonenumber"
	}
	return "text"
}
