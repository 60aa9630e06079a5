// Package hubspottest is a HubSpot portal in this process: it serves HubSpot's
// CRM read endpoints over real HTTP, as strictly as HubSpot does, to tests and
// to the demo.
//
// A portal starts with HubSpot's standard object types, their properties,
// pipelines and association types, and no records:
//
//	p := hubspottest.New(t, hubspottest.Options{})
//	p.AddRecords("contacts", 250)
//	p.AddRecords("companies", 40)
//	p.AssociateEach("contacts", "companies", 1)
//	// … point a client at p.URL() with p.Token() …
//	// … and look at p.Calls(), p.Count(hubspottest.BatchRead), p.Peak()
//
// It prefers what makes a careless client fail: record IDs repeat across
// object types, batch results come in another order than the inputs, paging
// links point elsewhere, missing records answer 207, limits are enforced over
// rolling windows, and unknown fields of a request body are refused.
//
// Several portals may stand behind one base URL, of an OAuth [App] that they can
// install and take away again.
//
// Where HubSpot's documentation is silent, the portal picks the stricter
// behaviour. It only reads: it refuses HubSpot's write endpoints. Records
// change through the methods of [Portal], which may be called while the portal
// serves; [Portal.Subscribe] tells an app of the changes.
package hubspottest
