// Package schema turns a portal's metadata into its live GraphQL schema and
// the model that leads from GraphQL's names back to HubSpot's. It is the only
// place where one side's names become the other's, and it is pure: no I/O, no
// clock, and the same metadata always gives the same schema.
package schema
