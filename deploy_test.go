package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/hubgraph/hubgraph/internal/metrics"
)

// samples are what /metrics has: the labels of each sample, by its name.
type samples map[string][]map[string]string

func parseSamples(text string) samples {
	s := make(samples)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line[:strings.LastIndexByte(line, ' ')], "{")
		labels := make(map[string]string)
		for _, m := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
			labels[m[1]] = m[2]
		}
		s[name] = append(s[name], labels)
	}
	return s
}

// scrapedLabels are those that Prometheus adds.
var scrapedLabels = []string{"job", "instance"}

// has says whether a sample of the metric has the label, with the value unless
// that is empty.
func (s samples) has(metric, label, value string) bool {
	return slices.Contains(scrapedLabels, label) || slices.ContainsFunc(s[metric], func(labels map[string]string) bool {
		v, ok := labels[label]
		return ok && (value == "" || v == value)
	})
}

// An expression is PromQL, and the texts that name labels of what it comes to.
type expression struct {
	where, promQL string
	texts         []string
}

var (
	metricName  = regexp.MustCompile(`\b((?:hubgraph|go|process)_\w+)(?:\{([^}]*)\})?`)
	matcherText = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	byLabels    = regexp.MustCompile(`\bby \(([^)]*)\)`)
	labelText   = regexp.MustCompile(`\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}`)
)

// check is what is wrong with an expression.
func (s samples) check(e expression) (wrong []string) {
	var named []string
	for _, m := range metricName.FindAllStringSubmatch(e.promQL, -1) {
		metric := m[1]
		named = append(named, metric)
		if len(s[metric]) == 0 {
			wrong = append(wrong, "there is no metric "+metric)
			continue
		}
		for _, matcher := range matcherText.FindAllStringSubmatch(m[2], -1) {
			label, value := matcher[1], matcher[3]
			if !s.has(metric, label, "") {
				wrong = append(wrong, metric+" has no label "+label)
				continue
			}
			for v := range strings.SplitSeq(value, "|") {
				if !strings.HasPrefix(v, "$") && !s.has(metric, label, v) && (label != "code" || !slices.Contains(metrics.Codes, v)) {
					wrong = append(wrong, metric+" is never seen with "+label+" "+v)
				}
			}
		}
	}
	var labels []string
	for _, m := range byLabels.FindAllStringSubmatch(e.promQL, -1) {
		labels = append(labels, strings.Split(m[1], ", ")...)
	}
	for _, text := range e.texts {
		for _, m := range labelText.FindAllStringSubmatch(text, -1) {
			labels = append(labels, m[1])
		}
	}
	for _, label := range labels {
		if !slices.Contains(scrapedLabels, label) && !slices.ContainsFunc(named, func(metric string) bool { return s.has(metric, label, "") }) {
			wrong = append(wrong, "none of its metrics has the label "+label)
		}
	}
	return wrong
}

// dashboard is the part of Grafana's JSON that names metrics.
func dashboard(t *testing.T) (all []expression) {
	var d struct {
		Templating struct {
			List []struct{ Name, Definition string }
		}
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	text, err := os.ReadFile("deploy/grafana/hubgraph.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for _, v := range d.Templating.List {
		if query := regexp.MustCompile(`label_values\((\w+), (\w+)\)`).FindStringSubmatch(v.Definition); query != nil {
			all = append(all, expression{"variable " + v.Name, "count by (" + query[2] + ") (" + query[1] + ")", nil})
		}
	}
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			all = append(all, expression{"panel " + p.Title, target.Expr, []string{target.LegendFormat}})
		}
	}
	return all
}

func alerts(t *testing.T) (all []expression) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	text, err := os.ReadFile("deploy/prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if r.Annotations["summary"] == "" || r.Annotations["action"] == "" {
				t.Errorf("alert %s does not say what is wrong and what to do", r.Alert)
			}
			all = append(all, expression{"alert " + r.Alert, r.Expr, []string{r.Annotations["summary"], r.Annotations["action"]}})
		}
	}
	return all
}

// dashboardAndAlerts holds that every metric, label and value that they name
// is there once a gateway has been through everything; and that every metric of
// the gateway's is shown or alerts, and is documented.
func (g *driven) dashboardAndAlerts(t *testing.T) {
	s := parseSamples(g.get("/metrics"))
	shown, warned := dashboard(t), alerts(t)
	if len(shown) < 20 || len(warned) < 10 {
		t.Fatalf("%d expressions of the dashboard and %d of alerts found: too few", len(shown), len(warned))
	}
	var used strings.Builder
	for _, e := range append(shown, warned...) {
		for _, wrong := range s.check(e) {
			t.Errorf("%s: %s\n%s", e.where, wrong, e.promQL)
		}
		used.WriteString(e.promQL + "\n")
	}
	docs, err := os.ReadFile("docs/observability.md")
	if err != nil {
		t.Fatal(err)
	}
	families := make(map[string]bool)
	for name := range s {
		family := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if families[family] = true; !strings.HasPrefix(name, "hubgraph_") {
			continue
		}
		if !strings.Contains(used.String(), family) {
			t.Errorf("%s is on no panel and in no alert", family)
		}
		if !strings.Contains(string(docs), "`"+family+"`") {
			t.Errorf("docs/observability.md does not tell of %s", family)
		}
	}
	for _, m := range regexp.MustCompile("`(hubgraph_\\w+)`").FindAllStringSubmatch(string(docs), -1) {
		if !families[m[1]] {
			t.Errorf("docs/observability.md tells of %s, which there is not", m[1])
		}
	}
}

// TestDashboardCheck holds that the check above finds something.
func TestDashboardCheck(t *testing.T) {
	s := parseSamples(`hubgraph_x_total{portal="4711",kind="a"} 1` + "\n")
	for promQL, wrong := range map[string]int{
		`sum by (kind) (rate(hubgraph_x_total{portal=~"$portal",kind="a"}[5m]))`: 0,
		`hubgraph_y_total`:                     3, // nor are there the labels of the text
		`hubgraph_x_total{tenant="a"}`:         1,
		`hubgraph_x_total{kind=~"a|b|c"}`:      2,
		`sum by (tenant) (hubgraph_x_total)`:   1,
		`sum by (portal, le) hubgraph_x_total`: 1,
	} {
		if got := s.check(expression{"", promQL, []string{"{{kind}} {{$labels.portal}}"}}); len(got) != wrong {
			t.Errorf("check(%s) = %q, want %d", promQL, got, wrong)
		}
	}
}
