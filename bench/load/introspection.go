package main

import (
	_ "embed" // the query
	"time"
)

// introspectionText is GraphiQL's question for the whole schema.
//
//go:embed introspection.graphql
var introspectionText string

// introspection is the whole schema of a large portal: asked for the first
// time, and again.
func (b *bench) introspection() error {
	portal, err := b.startPortal(portalPlan{custom: 3, properties: 400})
	if err != nil {
		return err
	}
	defer portal.stop()
	gateway, err := b.startGateway(portal)
	if err != nil {
		return err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return err
	}
	b.heading("Introspection", "GraphiQL's query on a portal of 35 types × 400 properties: the first one, and the median of those after it, the client's reading included.",
		"size", "cold", "warm", "CPU warm")
	body := query{text: introspectionText}.body()
	begin := time.Now()
	text, err := post(b.ctx, gateway.URL, body)
	if err != nil {
		return err
	}
	first := time.Since(begin)
	f, err := b.drive(gateway, portal, load{
		clients: 1, lasting: b.lasting(4 * time.Second), finish: true,
		body: func(int, int) []byte { return body },
	})
	if err != nil {
		return err
	}
	b.row(mib(len(text)), first, percentile(f.took, 50), f.cpuEach())
	return nil
}
