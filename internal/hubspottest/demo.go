package hubspottest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Demo returns a portal that holds the CRM of a company that sells and looks
// after solar plants: some 3,000 contacts at 800 companies, their deals,
// tickets, activities and bills, two custom objects, lists, and at least a
// handful of records of every standard type. It is the same in every run.
func Demo(opts Options) *Portal {
	p := NewPortal(opts)
	d := &demo{p: p, generator: generator{Rand: rand.New(rand.NewPCG(2026, 9))}}
	d.owners()
	d.properties()
	d.pipelines()
	d.labels()
	d.objects()

	d.companies(800)
	d.contacts(3_000)
	d.deals(1_500)
	d.tickets(600)
	d.commerce()
	d.activities()
	d.sites()
	d.others()
	p.setClock(demoNow())
	d.oddities()
	d.lists()
	d.pasts()
	return p
}

func (p *Portal) setClock(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clock = now
}

// demoNow is when the demo's data ends.
func demoNow() time.Time { return time.Date(2026, time.September, 1, 8, 0, 0, 0, time.UTC) }

// demo builds the demo's portal. All that it draws comes from one seed.
type demo struct {
	generator
	p *Portal

	ownerIDs   []string // of the owners who own records; the last one is archived
	companyIDs []string
	contactIDs []string
	dealIDs    []string
	productIDs []string
	companyOf  map[string]int // contact or deal ID → index in companyIDs
	staffOf    [][]string     // contact IDs of each company
	names      []string       // of the companies
	domains    []string
}

// startAt makes the type's record IDs go on from id.
func (d *demo) startAt(objectType string, id int64) {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	d.p.mustType(objectType).nextID = id
}

// add adds a record made at some time, changed later, and usually owned.
func (d *demo) add(objectType string, created time.Time, values map[string]string) string {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	t := d.p.mustType(objectType)
	t.nextID += int64(d.IntN(3)) // IDs of a real portal have gaps
	values[t.created] = timestamp(created)
	changed := created.Add(time.Duration(d.IntN(40*24*60)) * time.Minute)
	if changed.After(demoNow()) {
		changed = demoNow()
	}
	values[t.modified] = timestamp(changed)
	if values["hubspot_owner_id"] == "" && d.IntN(10) > 0 {
		values["hubspot_owner_id"] = d.pick(d.ownerIDs)
	}
	if values["hs_object_source_label"] == "" {
		values["hs_object_source_label"] = d.pick([]string{"CRM_UI", "IMPORT", "INTEGRATION", "FORM"})
	}
	return d.p.add(t, values).text
}

// generated adds a record with generated values under the given ones.
func (d *demo) generated(objectType string, created time.Time, values map[string]string) string {
	d.p.mu.Lock()
	t := d.p.mustType(objectType)
	all := generate(t, t.nextID)
	d.p.mu.Unlock()
	for name, value := range values {
		all[name] = value
	}
	return d.add(objectType, created, all)
}

// since draws a time between a date and the demo's present.
func (d *demo) since(year int, month time.Month) time.Time {
	start := time.Date(year, month, 1, 7, 0, 0, 0, time.UTC)
	minutes := int(demoNow().Sub(start) / time.Minute)
	return start.Add(time.Duration(d.IntN(minutes)) * time.Minute)
}

// chance is true in percent of 100 cases.
func (d *demo) chance(percent int) bool { return d.IntN(100) < percent }

// owners adds the company's people. The last one has left.
func (d *demo) owners() {
	north := Team{ID: "368389", Name: "Sales North", Primary: true}
	south := Team{ID: "368390", Name: "Sales South", Primary: true}
	service := Team{ID: "368391", Name: "Service", Primary: true}
	key := Team{ID: "368392", Name: "Key Accounts"}
	for _, o := range []Owner{
		{FirstName: "Lena", LastName: "Petersen", Teams: []Team{north, key}},
		{FirstName: "Jonas", LastName: "Albers", Teams: []Team{north}},
		{FirstName: "Elif", LastName: "Demir", Teams: []Team{south, key}},
		{FirstName: "Marc", LastName: "Dubois", Teams: []Team{south}},
		{FirstName: "Nora", LastName: "Iversen", Teams: []Team{north}},
		{FirstName: "Tom", LastName: "Krüger", Teams: []Team{service}},
		{FirstName: "Samir", LastName: "Novak", Teams: []Team{service}},
		{FirstName: "Greta", LastName: "Schäfer"},
		{FirstName: "Victor", LastName: "Lange", Archived: true},
	} {
		o.Email = fmt.Sprintf("%s.%s@nordwind-solar.example", asciiLower(o.FirstName), asciiLower(o.LastName))
		d.ownerIDs = append(d.ownerIDs, d.p.AddOwner(o))
	}
	d.p.AddOwner(Owner{Type: "QUEUE", FirstName: "Service desk", Email: "service@nordwind-solar.example", Teams: []Team{service}})
	d.p.AddOwner(Owner{FirstName: "", LastName: "", Email: "intern@nordwind-solar.example", Archived: true})
}
