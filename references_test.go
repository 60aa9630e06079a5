package main

import (
	"encoding/json"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestReferences follows owners, pipelines and stages from records, and lists
// them: archived owners and teams, what a stage says of deals and of tickets.
// It costs no call beside those for the records.
func TestReferences(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	active := p.AddOwner(hubspottest.Owner{
		FirstName: "Ada", LastName: "Byron", Email: "ada@x.org",
		Teams: []hubspottest.Team{{ID: "9", Name: "South"}, {ID: "7", Name: "North", Primary: true}},
	})
	gone := p.AddOwner(hubspottest.Owner{FirstName: "Charles", LastName: "Babbage", Email: "charles@x.org", UserID: 4711, Archived: true})
	queue := p.AddOwner(hubspottest.Owner{Type: "QUEUE", Email: "queue@x.org"})
	for _, owner := range []string{active, gone, queue} {
		p.AddRecord("deals", map[string]string{"dealname": owner, "hubspot_owner_id": owner, "pipeline": "default", "dealstage": "contractsent"})
	}
	p.AddRecord("deals", map[string]string{"dealname": "lost", "hubspot_owner_id": "1", "pipeline": "default", "dealstage": "closedlost"})
	p.AddRecord("tickets", map[string]string{"subject": "open", "hs_pipeline": "0", "hs_pipeline_stage": "1"})
	p.AddRecord("tickets", map[string]string{"subject": "closed", "hs_pipeline": "0", "hs_pipeline_stage": "4"})
	g := startGateway(t, p, unthrottled)

	tests := []struct {
		name, query, want string
		calls             calls
	}{
		{
			"owners of deals",
			`{ deals { nodes { hubspot_owner_id { fullName type userId archived teams { teamId name primary } } } } }`,
			`{"deals":{"nodes":[` +
				`{"hubspot_owner_id":{"fullName":"Ada Byron","type":"PERSON","userId":"9586504","archived":false,"teams":[{"teamId":"7","name":"North","primary":true},{"teamId":"9","name":"South","primary":false}]}},` +
				`{"hubspot_owner_id":{"fullName":"Charles Babbage","type":"PERSON","userId":"4711","archived":true,"teams":[]}},` +
				`{"hubspot_owner_id":{"fullName":"queue@x.org","type":"QUEUE","userId":null,"archived":false,"teams":[]}},` +
				`{"hubspot_owner_id":{"fullName":null,"type":null,"userId":null,"archived":null,"teams":null}}]}}`,
			calls{"list": 1},
		},
		{
			"stages of deals",
			`{ deals(first: 4) { nodes { dealstage { id label probability isClosed ticketState archived pipeline { id label } } pipeline { label stages { id } } } } }`,
			"", calls{"list": 1},
		},
		{
			"stages of tickets",
			`{ tickets { nodes { hs_pipeline_stage { label probability isClosed ticketState } hs_pipeline { label } } } }`,
			`{"tickets":{"nodes":[` +
				`{"hs_pipeline_stage":{"label":"New","probability":null,"isClosed":false,"ticketState":"OPEN"},"hs_pipeline":{"label":"Support Pipeline"}},` +
				`{"hs_pipeline_stage":{"label":"Closed","probability":null,"isClosed":true,"ticketState":"CLOSED"},"hs_pipeline":{"label":"Support Pipeline"}}]}}`,
			calls{"list": 1},
		},
		{
			"pipelines", `{ pipelines(objectType: "tickets") { id pipelineId label archived stages { id label isClosed ticketState probability } } }`,
			`{"pipelines":[{"id":"pipeline:0-5:0","pipelineId":"0","label":"Support Pipeline","archived":false,"stages":[` +
				`{"id":"stage:0-5:0:1","label":"New","isClosed":false,"ticketState":"OPEN","probability":null},` +
				`{"id":"stage:0-5:0:2","label":"Waiting on contact","isClosed":false,"ticketState":"OPEN","probability":null},` +
				`{"id":"stage:0-5:0:3","label":"Waiting on us","isClosed":false,"ticketState":"OPEN","probability":null},` +
				`{"id":"stage:0-5:0:4","label":"Closed","isClosed":true,"ticketState":"CLOSED","probability":null}]}]}`,
			calls{},
		},
		{
			"live owners", `{ owners { fullName } }`, "", calls{},
		},
		{
			"all owners", `{ owners(includeArchived: true) { fullName } }`, "", calls{},
		},
	}
	answers := make(map[string]json.RawMessage)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := g.query(tt.query, nil)
			answers[tt.name] = a.Data
			if len(a.Errors) > 0 || tt.want != "" && string(a.Data) != tt.want {
				t.Errorf("%s =\n%s, errors %+v, want\n%s", tt.query, a.Data, a.Errors, tt.want)
			}
			g.calls(tt.calls)
		})
	}
	type owners struct{ Owners []struct{ FullName string } }
	var live, all owners
	for name, into := range map[string]*owners{"live owners": &live, "all owners": &all} {
		if err := json.Unmarshal(answers[name], into); err != nil {
			t.Fatal(err)
		}
	}
	if len(all.Owners) != len(live.Owners)+1 {
		t.Errorf("%d owners, %d with the archived ones, want one more", len(live.Owners), len(all.Owners))
	}
	var deals struct {
		Deals struct {
			Nodes []struct {
				Dealstage struct {
					ID, Label   string
					Probability float64
					IsClosed    bool
					Archived    bool
					Pipeline    struct{ ID, Label string }
				}
				Pipeline struct{ Stages []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(answers["stages of deals"], &deals); err != nil {
		t.Fatal(err)
	}
	sent, lost := deals.Deals.Nodes[0].Dealstage, deals.Deals.Nodes[3].Dealstage
	if sent.Label != "Contract Sent" || sent.Probability != 0.9 || sent.IsClosed || sent.ID != "stage:0-3:default:contractsent" || sent.Pipeline.ID != "pipeline:0-3:default" || len(deals.Deals.Nodes[0].Pipeline.Stages) != 7 {
		t.Errorf("the first deal is at %+v, want Contract Sent, 0.9 and open, of 7 stages", sent)
	}
	if lost.Probability != 0 || !lost.IsClosed {
		t.Errorf("the lost deal is at %+v, want 0 and closed", lost)
	}
}
