package portal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func sample() *Metadata {
	return &Metadata{
		Account:  hubspot.Account{PortalID: "4711", TimeZone: "Europe/Berlin"},
		LoadedAt: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC),
		Types: []ObjectType{
			{
				TypeID: "0-1", Name: "contact", PluralName: "contacts", Associates: []string{"0-3", "2-7"},
				DisplayProperties: []string{"firstname", "ssn"},
				Properties: []*hubspot.Property{
					{Name: "firstname", Type: "string"},
					{Name: "level", Type: "enumeration", Options: []hubspot.PropertyOption{{Value: "a", Label: "A"}}},
					{Name: "ssn", Type: "string", DataSensitivity: "sensitive"},
				},
			},
			{
				TypeID: "0-3", Name: "deal", PluralName: "deals", Associates: []string{"0-1"},
				Pipelines: []hubspot.Pipeline{{ID: "default", Stages: []hubspot.PipelineStage{{ID: "won", Metadata: map[string]string{"isClosed": "true"}}}}},
			},
			{TypeID: "2-7", Name: "house", PluralName: "p4711_house", Custom: true, Associates: []string{"0-1"}},
		},
		Unavailable: []Unavailable{{TypeID: "0-5", Name: "ticket", Reason: "no scope", Scopes: []string{"tickets"}}},
		Owners:      []hubspot.Owner{{ID: "1", Email: "a@x.org", Teams: []hubspot.Team{{ID: "2", Name: "Sales"}}}},
		Warnings:    []string{"something"},
	}
}

func sampleSnapshot() *snapshot {
	return &snapshot{Format: snapshotFormat, Version: snapshotVersion, Names: []string{"Yachts"}, Metadata: sample()}
}

func TestSnapshotRoundTrip(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "portal.json")
	for range 2 { // the second time over the first file
		if err := writeSnapshot(context.Background(), SnapshotFile(path), sampleSnapshot()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readSnapshot(context.Background(), SnapshotFile(path))
	if err != nil {
		t.Fatalf("readSnapshot() = %v", err)
	}
	if diff := cmp.Diff(sampleSnapshot(), got); diff != "" {
		t.Errorf("snapshot differs (-want +got):\n%s", diff)
	}
	if !got.Metadata.sameAs(sample()) {
		t.Errorf("sameAs() = false for metadata that was written and read")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the snapshot = %v, want 0600", got)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("ReadDir() = %v, %v, want the snapshot alone", files, err)
	}
}

func TestReadSnapshotWithoutFile(t *testing.T) {
	_, err := readSnapshot(context.Background(), SnapshotFile(filepath.Join(t.TempDir(), "none")))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("readSnapshot() = %v, want %v", err, fs.ErrNotExist)
	}
}

func TestWriteSnapshotWithoutFolder(t *testing.T) {
	if err := writeSnapshot(context.Background(), SnapshotFile(filepath.Join(t.TempDir(), "none", "portal.json")), sampleSnapshot()); err == nil {
		t.Error("writeSnapshot() into a folder that is not there = nil, want an error")
	}
}

func TestParseSnapshotRefuses(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"nothing", "", "decode"},
		{"half a file", `{"Format":"hubgraph portal metadata","Vers`, "decode"},
		{"something else", `{"hello":"world"}`, "not a snapshot"},
		{"another version", `{"Format":"hubgraph portal metadata","Version":99}`, "version 99"},
		{"no metadata", `{"Format":"hubgraph portal metadata","Version":2}`, "without metadata"},
		{"no portal", `{"Format":"hubgraph portal metadata","Version":2,"Metadata":{}}`, "no portal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseSnapshot([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("parseSnapshot(%q) = %v, want an error with %q", test.text, err, test.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name   string
		damage func(*Metadata)
		ok     bool
	}{
		{"good", func(*Metadata) {}, true},
		{"no time", func(m *Metadata) { m.LoadedAt = time.Time{} }, false},
		{"no types", func(m *Metadata) { m.Types = nil }, false},
		{"a type without a name", func(m *Metadata) { m.Types[0].Name = "" }, false},
		{"types out of order", func(m *Metadata) { m.Types[0], m.Types[1] = m.Types[1], m.Types[0] }, false},
		{"a type twice", func(m *Metadata) { m.Types[1] = m.Types[0] }, false},
		{"properties out of order", func(m *Metadata) { m.Types[0].Properties[0].Name = "z" }, false},
		{"a property that is null", func(m *Metadata) { m.Types[0].Properties[0] = nil }, false},
		{"an unknown associate", func(m *Metadata) { m.Types[0].Associates[0] = "2-99" }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := sample()
			test.damage(m)
			if err := m.check(); (err == nil) != test.ok {
				t.Errorf("check() = %v, want ok %v", err, test.ok)
			}
		})
	}
}

func TestSnapshotServe(t *testing.T) {
	tests := []struct {
		name string
		opts Options
		want []string // type IDs; nil if the snapshot cannot be used
	}{
		{"everything", Options{}, []string{"0-1", "0-3", "2-7"}},
		{"some", Options{Objects: []string{"contacts", "house"}}, []string{"0-1", "2-7"}},
		{"all but one", Options{ExcludeObjects: []string{"Contact"}}, []string{"0-3", "2-7"}},
		{"a type that was unavailable", Options{Objects: []string{"deals", "tickets"}}, []string{"0-3"}},
		{"a name that an earlier start found good", Options{ExcludeObjects: []string{"yachts"}}, []string{"0-1", "0-3", "2-7"}},
		{"a name nobody knows", Options{Objects: []string{"contacts", "boats"}}, nil},
		{"nothing left", Options{Objects: []string{"tickets"}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := sampleSnapshot()
			m := s.serve(test.opts)
			if diff := cmp.Diff(sampleSnapshot(), s); diff != "" {
				t.Errorf("serve() changed the snapshot (-want +got):\n%s", diff)
			}
			if m == nil {
				if test.want != nil {
					t.Fatalf("serve(%+v) = nil, want types %v", test.opts, test.want)
				}
				return
			}
			if diff := cmp.Diff(test.want, typeIDs(m)); diff != "" {
				t.Errorf("types of serve(%+v) differ (-want +got):\n%s", test.opts, diff)
			}
			if err := m.check(); err != nil {
				t.Errorf("serve(%+v) made damaged metadata: %v", test.opts, err)
			}
		})
	}
}

func TestSnapshotServeDropsSensitive(t *testing.T) {
	m := sampleSnapshot().serve(Options{})
	if hasProperty(m, "0-1", "ssn") {
		t.Error("serve() keeps a sensitive property that the options do not ask for")
	}
	if diff := cmp.Diff([]string{"firstname"}, m.Type("0-1").DisplayProperties); diff != "" {
		t.Errorf("display properties differ (-want +got):\n%s", diff)
	}
	if m := sampleSnapshot().serve(Options{Sensitive: true}); !hasProperty(m, "0-1", "ssn") {
		t.Error("serve() drops a sensitive property that the options ask for")
	}
}

func FuzzParseSnapshot(f *testing.F) {
	path := filepath.Join(f.TempDir(), "portal.json")
	if err := writeSnapshot(context.Background(), SnapshotFile(path), sampleSnapshot()); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSnapshot(text)
		if err != nil {
			return
		}
		for _, o := range []Options{{}, {Objects: []string{"contacts"}}, {ExcludeObjects: []string{"2-7"}}} {
			if m := s.serve(o); m != nil {
				if err := m.check(); err != nil {
					t.Errorf("serve(%+v) of a snapshot found good made damaged metadata: %v", o, err)
				}
			}
		}
	})
}
