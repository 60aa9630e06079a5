package main

import (
	"errors"
	"time"
)

// linear is what requests cost as they ask for more records.
func (b *bench) linear() error {
	const deals = 8 // of each company, so that n contacts make 10 n records
	portal, err := b.startPortal(portalPlan{pages: b.pages(10), deals: deals})
	if err != nil {
		return err
	}
	defer portal.stop()
	b.heading("Cost by size",
		"One client; contacts, their companies and the companies' deals, ten fields each; HubSpot takes no time, limits are lifted. A gateway of its own for every row: the peak is above what it held after a small question.",
		"records", "calls", "time", "time a record", "CPU", "peak above idle")
	for _, records := range []int{100, 1_000, 10_000} {
		if err := b.linearRow(portal, records, threeLevels(records/10, deals, allFields())); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) linearRow(portal *process, records int, text string) error {
	body := query{text: text}.body()
	first, err := b.startGateway(portal)
	if err != nil {
		return err
	}
	err = errors.Join(first.ready(b.ctx), b.prime(first, body))
	first.stop()
	if err != nil {
		return err
	}
	gateway, err := b.startGateway(portal)
	if err != nil {
		return err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return err
	}
	if _, err := post(b.ctx, gateway.URL, query{text: threeLevels(1, 1, allFields())}.body()); err != nil {
		return err
	}
	idle, _, err := gateway.memory()
	if err != nil {
		return err
	}
	if err := gateway.forgetPeak(); err != nil {
		return err
	}
	f, err := b.drive(gateway, portal, load{
		clients: 1, lasting: b.lasting(4 * time.Second), finish: true,
		body: func(int, int) []byte { return body },
	})
	if err != nil {
		return err
	}
	_, peak, err := gateway.memory()
	if err != nil {
		return err
	}
	p50 := percentile(f.took, 50)
	b.row(records, f.callsEach(), p50, (p50 / time.Duration(records)).String(), f.cpuEach(), mib(peak-idle))
	return nil
}
