package schema

// gatewayFields are the fields of the core's Record, and what answers them.
var gatewayFields = map[string]FieldKind{
	"id":          KindID,
	"objectType":  KindObjectType,
	"displayName": KindDisplayName,
	"url":         KindURL,
	"createdAt":   KindCreatedAt,
	"updatedAt":   KindUpdatedAt,
	"archived":    KindArchived,
	"archivedAt":  KindArchivedAt,
	"property":    KindLookup,
	"properties":  KindLookups,
}

// primaryCompany is the shortcut to the primary associated company.
const primaryCompany = "primaryCompany"

// reservedFields are the names that a property gives way to, in every portal
// and on every type: the gateway's own, two that it is going to need, and the
// association fields of HubSpot's own object types.
var reservedFields = func() map[string]bool {
	reserved := map[string]bool{"history": true, "associated": true, primaryCompany: true}
	for name := range gatewayFields {
		reserved[name] = true
	}
	for _, n := range standardTypes {
		reserved[n.List] = true
	}
	return reserved
}()
