package portal

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func enumeration(name string, options int) hubspot.Property {
	p := hubspot.Property{Name: name, Label: "Label of " + name, Type: "enumeration", FieldType: "select", GroupName: "group"}
	for i := range options {
		p.Options = append(p.Options, hubspot.PropertyOption{Value: fmt.Sprint(i), Label: fmt.Sprint("Option ", i), DisplayOrder: i})
	}
	return p
}

func TestDefinitionsShareWhatIsEqual(t *testing.T) {
	d := new(Definitions)
	first, second := newSharer(d), newSharer(d) // of two portals
	known := first.share(enumeration("color", 3))
	tests := []struct {
		name   string
		change func(*hubspot.Property)
		same   bool
	}{
		{"equal", func(*hubspot.Property) {}, true},
		{"another name", func(p *hubspot.Property) { p.Name = "colour" }, false},
		{"another group", func(p *hubspot.Property) { p.GroupName = "" }, false},
		{"hidden", func(p *hubspot.Property) { p.Hidden = true }, false},
		{"another option", func(p *hubspot.Property) { p.Options[1].Label = "x" }, false},
		{"a hidden option", func(p *hubspot.Property) { p.Options[1].Hidden = true }, false},
		{"fewer options", func(p *hubspot.Property) { p.Options = p.Options[:2] }, false},
		{"no options", func(p *hubspot.Property) { p.Options = nil }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range []*sharer{first, second, newSharer(nil)} {
				want := enumeration("color", 3)
				tt.change(&want)
				got := s.share(want)
				if diff := cmp.Diff(&want, got); diff != "" {
					t.Errorf("share() (-given +got):\n%s", diff)
				}
				// What differs only in what is not hashed takes the known one's place.
				if shared := got == known; shared != (tt.same && s.definitions != nil) {
					t.Errorf("share() gives the known definition: %t, want %t", shared, tt.same)
				}
			}
		})
	}
}

func TestSharerKeepsOptionsOnce(t *testing.T) {
	s := newSharer(nil)
	a, b, c := s.share(enumeration("a", 3)), s.share(enumeration("b", 3)), s.share(enumeration("c", 4))
	if &a.Options[0] != &b.Options[0] {
		t.Error("equal options of two properties are there twice")
	}
	if &a.Options[0] == &c.Options[0] || len(c.Options) != 4 {
		t.Errorf("options %v, want 4 of its own", c.Options)
	}
}

func TestDefinitionsLetGo(t *testing.T) {
	d := new(Definitions)
	s := newSharer(d)
	kept := s.share(enumeration("kept", 1))
	for i := range 3 * firstSweep {
		s.share(enumeration(fmt.Sprint("unused_", i), 0))
		if i%1000 == 0 {
			runtime.GC()
		}
	}
	if n := len(d.known); n > 2*firstSweep {
		t.Errorf("%d definitions are known, of which one is in use, want at most %d", n, 2*firstSweep)
	}
	if s.share(enumeration("kept", 1)) != kept {
		t.Error("a definition that is in use was forgotten")
	}
}

// TestLoadSharesDefinitions holds that a second load has nothing of its own
// where HubSpot says the same, and that loads may share at the same time.
func TestLoadSharesDefinitions(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	client := newClient(t, fake)
	opts := LoadOptions{Definitions: new(Definitions), Objects: []string{"contacts", "deals"}}
	loaded := make([]*Metadata, 3)
	var wg sync.WaitGroup
	for i := range loaded {
		wg.Go(func() { loaded[i] = mustLoad(t, client, opts) })
	}
	wg.Wait()
	for _, m := range loaded[1:] {
		for i, o := range m.Types {
			for k, p := range o.Properties {
				if p != loaded[0].Types[i].Properties[k] {
					t.Fatalf("%s.%s is there twice", o.Name, p.Name)
				}
			}
		}
	}
}
