package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestGlobalIDs asks for objects of all kinds wherever they can be read. What
// has the same ID must be the same object, or clients that keep answers by
// their IDs show wrong data.
func TestGlobalIDs(t *testing.T) {
	demo := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	hubspottest.Serve(t, demo)
	g := startGateway(t, demo, unthrottled)
	a := g.query(`
		fragment owner on Owner { id ownerId email fullName userId archived }
		fragment stage on PipelineStage { id stageId label displayOrder isClosed pipeline { ...pipeline } }
		fragment pipeline on Pipeline { id pipelineId label displayOrder }
		fragment list on List { id listId name size }
		{
			portal { id accountType }
			owners(includeArchived: true) { ...owner }
			objectTypes { pipelines { ...pipeline stages { ...stage } } }
			pipelines(objectType: "tickets") { ...pipeline stages { ...stage } }
			tickets(first: 600) { nodes { id subject hubspot_owner_id { ...owner } hs_pipeline { ...pipeline stages { ...stage } } hs_pipeline_stage { ...stage } } }
			deals(first: 1000) { nodes { id dealname hubspot_owner_id { ...owner } pipeline { ...pipeline } dealstage { ...stage } } }
			contacts(first: 100) { nodes { id email lists { list { ...list } } history(properties: [email, lifecyclestage]) { versions { updatedBy { ...owner } } } } }
			lists(first: 100) { nodes { ...list members(first: 2) { nodes { id displayName } } } }
			list(id: "list:1") { ...list }
		}`, nil)
	if len(a.Errors) > 0 {
		t.Fatalf("errors: %+v", a.Errors)
	}
	var data any
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatal(err)
	}
	known := make(map[string]map[string]any)
	stages := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, element := range v {
				walk(element)
			}
		case map[string]any:
			if id, ok := v["id"].(string); ok {
				if known[id] == nil {
					known[id] = make(map[string]any)
					if strings.HasPrefix(id, "stage:") {
						stages++
					}
				}
				for name, value := range v {
					switch value.(type) {
					case []any, map[string]any:
						continue
					}
					if before, had := known[id][name]; had && before != value {
						t.Errorf("%s has %s %v and %v", id, name, before, value)
					}
					known[id][name] = value
				}
			}
			for _, value := range v {
				walk(value)
			}
		}
	}
	walk(data)
	if stages < 10 || len(known) < 1_500 {
		t.Errorf("%d objects, %d stages among them: too few to prove anything", len(known), stages)
	}
}
