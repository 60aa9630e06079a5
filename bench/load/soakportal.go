package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// The soak's portal is known beforehand, so that whoever checks answers needs no
// other source: contact i is of company i%soakCompanies, and says so in its city.
const (
	soakContacts  = 400
	soakCompanies = 40

	firstCompany = firstContact // the IDs of every type begin there
)

func soakCity(contact int) string { return fmt.Sprintf("City %d", contact%soakCompanies) }

func soakEmail(contact int) string { return fmt.Sprintf("contact-%d@example.com", contact) }

// soakValue is what a contact's job title says after n changes.
func soakValue(contact, n int) string { return fmt.Sprintf("contact %d, change %d", contact, n) }

// soakPortal is the portal, and what the harness may do with it.
type soakPortal struct {
	*hubspottest.Portal
	hooks *hubspottest.Webhooks
}

func newSoakPortal(gateway string) *soakPortal {
	p := &soakPortal{Portal: hubspottest.NewPortal(hubspottest.Options{Unlimited: true, Latency: 5 * time.Millisecond})}
	for i := range soakCompanies {
		p.AddRecord("companies", map[string]string{"name": fmt.Sprintf("Company %d", i)})
	}
	for i := range soakContacts {
		p.AddRecord("contacts", map[string]string{"email": soakEmail(i), "city": soakCity(i), "jobtitle": soakValue(i, 0)})
		p.Associate("contacts", strconv.Itoa(firstContact+i), "companies", strconv.Itoa(firstCompany+i%soakCompanies), "Primary")
	}
	p.hooks = p.Subscribe(hubspottest.Subscription{
		URL: webhookPublic + "/webhooks/hubspot", Via: gateway + "/webhooks/hubspot", Secret: webhookSecret, Duplicate: true, Shuffle: true,
	})
	return p
}

// A soakChange is what the harness wants of the portal.
type soakChange struct {
	Contacts map[int]int // by number: how often it was changed then
	Property string      // of contacts; defined or archived
	Archive  bool
	Faults   bool // whether SetFaults holds
	Fault    string
}

// soakFaults are what goes wrong, by name. Each hits some calls and not others.
var soakFaults = map[string]hubspottest.Fault{
	"none":           {},
	"500":            {Status: http.StatusInternalServerError},
	"502 HTML":       {Status: http.StatusBadGateway, Body: "<html>bad gateway</html>", Header: http.Header{"Content-Type": {"text/html"}}},
	"429":            {Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}},
	"slow":           {Delay: 700 * time.Millisecond},
	"reset":          {CloseBefore: true},
	"cut":            {CloseDuring: true},
	"truncated JSON": {Truncate: true},
	"hang":           {Hang: true},
}

// serveSoak serves the soak's portal until stdin ends, and says where.
func serveSoak(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	var gateway string
	flags := flag.NewFlagSet("soakportal", flag.ContinueOnError)
	flags.StringVar(&gateway, "gateway", "", "where webhooks go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p := newSoakPortal(gateway)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /bench/change", p.change)
	mux.Handle("/", p)
	return serveChild(ctx, mux, p.Token(), stdin, stdout)
}

// change does what a [soakChange] says, tells the gateway of changed records, and
// answers when it has taken that; not with 204, if it has not.
func (p *soakPortal) change(w http.ResponseWriter, r *http.Request) {
	var c soakChange
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if c.Faults {
		p.setFault(c.Fault)
	}
	switch {
	case c.Property != "" && c.Archive:
		p.ArchiveProperty("contacts", c.Property)
	case c.Property != "":
		p.DefineProperty("contacts", hubspottest.Property{Name: c.Property, Type: "number"})
	}
	for contact, n := range c.Contacts {
		p.Update("contacts", strconv.Itoa(firstContact+contact), map[string]string{"jobtitle": soakValue(contact, n)})
	}
	sent, err := p.hooks.Deliver(r.Context())
	for _, d := range sent {
		if d.Status != http.StatusNoContent && err == nil {
			err = fmt.Errorf("a webhook was answered %d", d.Status)
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// setFault has every third call or so go wrong from now on.
func (p *soakPortal) setFault(name string) {
	p.ClearFaults()
	if name == "none" {
		return
	}
	fault := soakFaults[name]
	fault.Match = func(*http.Request) bool { return rand.IntN(3) == 0 } //nolint:gosec // no secret
	p.Fail(fault)
}
