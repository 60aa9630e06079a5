package where

import (
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// TestGlobalIDs filters by IDs as the graph gives them. Both pipelines have a
// stage 1, and only the second one has a stage 2.
func TestGlobalIDs(t *testing.T) {
	s, err := schema.Build(coreSDL(t), &portal.Metadata{Types: []portal.ObjectType{{
		TypeID: "0-5", Name: "ticket", PluralName: "tickets", Searchable: true,
		Properties: []*hubspot.Property{
			{Name: "hs_pipeline", Type: "enumeration"},
			{Name: "hs_pipeline_stage", Type: "enumeration"},
			{Name: "hubspot_owner_id", Type: "enumeration", ReferencedObjectType: "OWNER"},
			{Name: "other_id", Type: "string"},
		},
		Pipelines: []hubspot.Pipeline{
			{ID: "0", Stages: []hubspot.PipelineStage{{ID: "1"}}},
			{ID: "b", Stages: []hubspot.PipelineStage{{ID: "1"}, {ID: "2"}}},
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]map[string]string{
		"01":   {"hs_pipeline": "0", "hs_pipeline_stage": "1", "hubspot_owner_id": "7"},
		"b1":   {"hs_pipeline": "b", "hs_pipeline_stage": "1", "hubspot_owner_id": "8"},
		"b2":   {"hs_pipeline": "b", "hs_pipeline_stage": "2", "other_id": "owner:7"},
		"1":    {"hs_pipeline_stage": "1"},
		"none": {},
	}
	for _, test := range []struct{ where, want, message string }{
		{`{hubspot_owner_id: {eq: "7"}}`, "01", ""},
		{`{hubspot_owner_id: {eq: "owner:7"}}`, "01", ""},
		{`{hubspot_owner_id: {in: ["owner:7", 8]}}`, "01 b1", ""},
		{`{hubspot_owner_id: {neq: "owner:7"}}`, "b1", ""},
		{`{other_id: {eq: "owner:7"}}`, "b2", ""},
		{`{hs_pipeline: {eq: "pipeline:0-5:b"}}`, "b1 b2", ""},
		{`{hs_pipeline_stage: {eq: 1}}`, "01 1 b1", ""},
		{`{hs_pipeline_stage: {eq: "stage:0-5:0:1"}}`, "01", ""},
		{`{hs_pipeline_stage: {eq: "stage:0-5::1"}}`, "1", ""},
		{`{hs_pipeline_stage: {eq: "stage:0-5:b:2"}}`, "b2", ""},
		{`{hs_pipeline_stage: {eq: "stage:0-5:0:2"}}`, "", ""},
		{`{hs_pipeline_stage: {neq: "stage:0-5:b:1"}}`, "01 1 b2", ""},
		{`{hs_pipeline_stage: {neq: "stage:0-5::1"}}`, "01 b1 b2", ""},
		{`{hs_pipeline_stage: {in: ["stage:0-5:b:1", "stage:0-5:b:2"]}}`, "b1 b2", ""},
		{`{hs_pipeline_stage: {in: ["stage:0-5:b:1", "stage:0-5:0:1"]}}`, "01 b1", ""},
		{`{hs_pipeline_stage: {notIn: ["stage:0-5:b:1", "2"]}}`, "01 1", ""},
		{`{hs_pipeline_stage: {eq: "stage:0-3:default:1"}}`, "", `is "stage:0-3:default:1", which is of another object type; it must be of 0-5, such as "stage:0-5:default:new"`},
		{`{hs_pipeline: {eq: "pipeline:0-3:b"}}`, "", "of another object type"},
		{`{hs_pipeline: {eq: "stage:0-5:b:1"}}`, "", `no ID that hs_pipeline can have; it must be HubSpot's own or one such as "pipeline:0-5:default"`},
		{`{hs_pipeline_stage: {eq: "stage:1"}}`, "", "no ID that hs_pipeline_stage can have"},
		{`{hubspot_owner_id: {in: ["owner:"]}}`, "", "no ID that hubspot_owner_id can have"},
	} {
		e, err := Parse(s.TypeByID("0-5"), "tickets", parseArg(t, test.where))
		if err != nil || test.message != "" {
			if err == nil || test.message == "" || !strings.Contains(err.Error(), test.message) {
				t.Errorf("Parse(%s) fails: %v, want %q", test.where, err, test.message)
			}
			continue
		}
		groups, err := e.FilterGroups()
		if err != nil {
			t.Errorf("FilterGroups of %s fail: %v", test.where, err)
			continue
		}
		for _, name := range []string{"01", "1", "b1", "b2", "none"} {
			value := func(property string) string { return records[name][property] }
			want := strings.Contains(" "+test.want+" ", " "+name+" ")
			if got := e.Match(value); got != want {
				t.Errorf("%s matches %s: %t, want %t", test.where, name, got, want)
			}
			if got := matchGroups(s.TypeByID("0-5"), groups, value); !e.Never() && got != want {
				t.Errorf("the search for %s finds %s: %t, want %t", test.where, name, got, want)
			}
		}
	}
}
