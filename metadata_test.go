package main

import (
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestPipelinesGoRoundOnce asks for pipelines of stages of pipelines …: the
// answer must not grow with every turn.
func TestPipelinesGoRoundOnce(t *testing.T) {
	// Deeper than the gate lets anybody by default: the graph itself must not
	// depend on that.
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), func(c *config.Config) { c.Limits.Depth = limit.AtMost(25) })
	const turns = 10
	query := `{ pipelines(objectType: "deals") { label ` +
		strings.Repeat(`stages { label pipeline { label `, turns) +
		strings.Repeat(`} } `, turns) + `} }`
	a := g.query(query, nil)
	if len(a.Errors) > 0 || len(a.Data) > 64<<10 {
		t.Errorf("%d bytes and errors %v, want no more than 64 kB and none", len(a.Data), a.Errors)
	}
	var got struct {
		Pipelines []struct {
			Label  string
			Stages []struct {
				Label    string
				IsClosed bool
				Pipeline struct{ Label string }
			}
		}
	}
	g.data(`{ pipelines(objectType: "DEAL") { label stages { label isClosed pipeline { label } } } }`, nil, &got)
	won := got.Pipelines[0].Stages[5]
	if won.Label != "Closed Won" || !won.IsClosed || won.Pipeline.Label != got.Pipelines[0].Label {
		t.Errorf("stage 5 of %+v, want Closed Won, closed and of its pipeline", got.Pipelines[0])
	}
	g.calls(calls{}) // metadata costs nothing
}
