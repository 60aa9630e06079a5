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
	"associated":  KindAssociated,
	"lists":       KindLists,
}

// gatewayRoots are the fields of the core's Query that records answer.
var gatewayRoots = map[string]RootKind{
	"node":    RootNode,
	"nodes":   RootNodes,
	"record":  RootRecord,
	"records": RootRecords,
	"list":    RootSegment,
	"lists":   RootSegments,
}

// history is the field of what properties held over time. It is not in the
// interface: its argument names the properties of one type.
const history = "history"

// primaryCompany is the shortcut to the primary associated company.
const primaryCompany = "primaryCompany"

// The fields of a type's Where input that are not properties.
const (
	whereAll        = "AND"
	whereAny        = "OR"
	whereAssociated = "associatedWith"
)

// reservedFields are the names that a property gives way to, in every portal,
// on every type, and wherever it is named: the gateway's own fields, the
// association fields of HubSpot's own object types, what a Where input has
// beside properties, and what GraphQL does not allow as an enum value.
var reservedFields = func() map[string]bool {
	reserved := map[string]bool{
		history: true, primaryCompany: true,
		whereAll: true, whereAny: true, whereAssociated: true,
		"true": true, "false": true, "null": true,
	}
	for name := range gatewayFields {
		reserved[name] = true
	}
	for _, n := range standardTypes {
		reserved[n.List] = true
	}
	return reserved
}()
