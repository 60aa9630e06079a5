package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

// started reads a command line and variables of a file in deploy as the program
// would. Every flag and variable must exist, and take its value.
func started(t *testing.T, where string, args []string, variables map[string]string) config.Config {
	t.Helper()
	names := []string{"HUBSPOT_ACCESS_TOKEN"}
	for name := range variables {
		names = append(names, name)
	}
	getenv := func(name string) string {
		if name == "HUBSPOT_ACCESS_TOKEN" {
			return "pat-some-token" // which no file in deploy holds
		}
		return variables[name]
	}
	c, err := config.ParseCommand(args, getenv, names)
	if err != nil {
		t.Fatalf("%s starts hubgraph %q with %v: %v", where, args, variables, err)
	}
	if c.Name != config.Serve {
		t.Errorf("%s runs the command %s, want serve", where, c.Name)
	}
	return c.Config
}

// leavesTime says whether a process that has so long to end can answer all it
// has taken.
func leavesTime(t *testing.T, where string, cfg config.Config, loopback bool, seconds int) {
	t.Helper()
	if needs := cfg.DrainDelay.Of(loopback) + cfg.Timeout + server.DrainTimeout; time.Duration(seconds)*time.Second < needs {
		t.Errorf("%s: killed after %d s, and a stop may take %v", where, seconds, needs)
	}
}

// A manifest is as much of a Kubernetes object as matters here.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Replicas     int
		MinAvailable int `yaml:"minAvailable"`
		Selector     any
		Ports        []struct {
			TargetPort string `yaml:"targetPort"`
		}
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				EnableServiceLinks *bool `yaml:"enableServiceLinks"`
				Grace              int   `yaml:"terminationGracePeriodSeconds"`
				SecurityContext    struct {
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
					RunAsUser    int  `yaml:"runAsUser"`
				} `yaml:"securityContext"`
				Containers []container
				Volumes    []struct{ Name string }
			}
		}
	}
}

type container struct {
	Command []string
	Args    []string
	Env     []struct{ Name, Value string }
	Ports   []struct {
		Name          string
		ContainerPort int `yaml:"containerPort"`
	}
	Startup   probe `yaml:"startupProbe"`
	Liveness  probe `yaml:"livenessProbe"`
	Readiness probe `yaml:"readinessProbe"`
	Resources struct {
		Limits map[string]string
	}
	SecurityContext struct {
		Escalation   *bool `yaml:"allowPrivilegeEscalation"`
		ReadOnly     bool  `yaml:"readOnlyRootFilesystem"`
		Capabilities struct{ Drop []string }
	} `yaml:"securityContext"`
	Mounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
	Period  int                         `yaml:"periodSeconds"`
}

func manifests(t *testing.T, file string) map[string]manifest {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]manifest)
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var m manifest
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[m.Kind] = m
	}
}

func TestKubernetesManifests(t *testing.T) {
	found := manifests(t, "deploy/kubernetes.yaml")
	deployment, service, budget := found["Deployment"].Spec, found["Service"].Spec, found["PodDisruptionBudget"].Spec
	pod := deployment.Template.Spec
	if len(pod.Containers) != 1 {
		t.Fatalf("%d containers, want 1", len(pod.Containers))
	}
	c := pod.Containers[0]
	variables := make(map[string]string)
	token := false
	for _, v := range c.Env {
		variables[v.Name] = v.Value
		token = token || v.Name == "HUBSPOT_ACCESS_TOKEN" && v.Value == ""
	}
	cfg := started(t, "deploy/kubernetes.yaml", c.Args, variables)
	leavesTime(t, "deploy/kubernetes.yaml", cfg, false, pod.Grace)

	for what, holds := range map[string]bool{
		"the token is from a secret":                       token,
		"the image's own entry point":                      len(c.Command) == 0,
		"no variables of services":                         pod.EnableServiceLinks != nil && !*pod.EnableServiceLinks,
		"no root":                                          pod.SecurityContext.RunAsNonRoot && pod.SecurityContext.RunAsUser > 0,
		"a read-only root":                                 c.SecurityContext.ReadOnly,
		"no way up":                                        c.SecurityContext.Escalation != nil && !*c.SecurityContext.Escalation,
		"no capabilities":                                  reflect.DeepEqual(c.SecurityContext.Capabilities.Drop, []string{"ALL"}),
		"a memory limit":                                   c.Resources.Limits["memory"] != "",
		"a budget that leaves room":                        budget.MinAvailable > 0 && budget.MinAvailable < deployment.Replicas,
		"a service to the port":                            len(service.Ports) == 1 && service.Ports[0].TargetPort == c.Ports[0].Name,
		"the port that is served":                          strings.HasSuffix(cfg.Addr, ":"+strconv.Itoa(c.Ports[0].ContainerPort)),
		"time to learn of a stop":                          cfg.DrainDelay.Of(false) > 2*time.Duration(c.Readiness.Period)*time.Second,
		"an address beyond loopback":                       !server.IsLoopback(cfg.Addr),
		"replicas that together stay within 100 calls":     cfg.BurstLimit*(deployment.Replicas+1) <= 100 && cfg.BurstLimit > 0,
		"replicas that together stay within 100 batches":   cfg.AssociationLimit*(deployment.Replicas+1) <= 100 && cfg.AssociationLimit > 0,
		"replicas that together stay within five searches": cfg.SearchLimit*(deployment.Replicas+1) <= mostSearches,
		"a snapshot where something can be written":        len(c.Mounts) == 1 && path.Dir(cfg.Snapshot) == c.Mounts[0].MountPath && pod.Volumes[0].Name == c.Mounts[0].Name,
	} {
		if !holds {
			t.Errorf("deploy/kubernetes.yaml lacks: %s", what)
		}
	}
	labels := map[string]any{"app.kubernetes.io/name": deployment.Template.Metadata.Labels["app.kubernetes.io/name"]}
	for what, selector := range map[string]any{"the deployment": deployment.Selector, "the budget": budget.Selector, "the service": map[string]any{"matchLabels": service.Selector}} {
		if !reflect.DeepEqual(selector, map[string]any{"matchLabels": labels}) {
			t.Errorf("%s selects %v, and the pods are %v", what, selector, labels)
		}
	}

	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}))
	for _, p := range []probe{c.Startup, c.Liveness, c.Readiness} {
		g.get(p.HTTPGet.Path) // answers 200
		if p.HTTPGet.Port != c.Ports[0].Name {
			t.Errorf("the probe of %s is for port %q, want %q", p.HTTPGet.Path, p.HTTPGet.Port, c.Ports[0].Name)
		}
	}
}

// ofASecret are the variables that manifests take from secrets, as they may be.
var ofASecret = map[string]string{
	"HUBGRAPH_STORE": "postgres://hubgraph:password@postgres/hubgraph", "HUBGRAPH_REDIS_URL": "redis://:password@redis:6379/0",
	"HUBSPOT_CLIENT_SECRET": "client-secret", "HUBGRAPH_API_KEYS": `{"keys": []}`,
}

// TestReplicaManifests holds the manifests of many replicas to what replicas need.
func TestReplicaManifests(t *testing.T) {
	const file = "deploy/kubernetes-replicas.yaml"
	found := manifests(t, file)
	deployment, budget := found["Deployment"].Spec, found["PodDisruptionBudget"].Spec
	pod := deployment.Template.Spec
	c := pod.Containers[0]
	variables, secret := make(map[string]string), 0
	for _, v := range c.Env {
		variables[v.Name] = v.Value
		if text, ok := ofASecret[v.Name]; ok && v.Value == "" {
			variables[v.Name] = text
			secret++
		}
	}
	cfg := started(t, file, c.Args, variables)
	leavesTime(t, file, cfg, false, pod.Grace)
	for what, holds := range map[string]bool{
		"four secrets that are from a secret":        secret == len(ofASecret),
		"as many replicas as a rollout may bring":    cfg.Cluster.Replicas == deployment.Replicas+1,
		"portals that can be connected":              cfg.Portals.Many() && cfg.Portals.Connects() && cfg.Cluster.Shared(),
		"the store's keys where they are mounted":    len(c.Mounts) == 1 && path.Dir(cfg.Portals.KeysFile) == c.Mounts[0].MountPath,
		"a budget that leaves room":                  budget.MinAvailable > 0 && budget.MinAvailable < deployment.Replicas,
		"no root, and nothing to write":              pod.SecurityContext.RunAsNonRoot && c.SecurityContext.ReadOnly && cfg.Snapshot == "",
		"memory for open portals and for all else":   c.Resources.Limits["memory"] == "1Gi",
		"limits that Redis divides, and not we here": cfg.BurstLimit == 0 && cfg.AssociationLimit == 0,
	} {
		if !holds {
			t.Errorf("%s lacks: %s", file, what)
		}
	}
}

// TestCompose holds the services of one machine to the same.
func TestCompose(t *testing.T) {
	const file = "deploy/compose.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
			ReadOnly    bool `yaml:"read_only"`
			User        string
			StopGrace   string `yaml:"stop_grace_period"`
		}
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	proxy, err := os.ReadFile("deploy/nginx/hubgraph.conf")
	if err != nil {
		t.Fatal(err)
	}
	replicas := 0
	for name, s := range compose.Services {
		if !strings.HasPrefix(name, "hubgraph-") {
			continue
		}
		replicas++
		for variable := range s.Environment {
			for from, to := range map[string]string{"${POSTGRES_PASSWORD}": "password", "${HUBGRAPH_PUBLIC_URL}": "https://hubgraph.example.com", "${HUBSPOT_CLIENT_ID}": "id", "${HUBSPOT_CLIENT_SECRET}": "secret"} {
				s.Environment[variable] = strings.ReplaceAll(s.Environment[variable], from, to)
			}
		}
		cfg := started(t, file, s.Command, s.Environment)
		grace, err := time.ParseDuration(s.StopGrace)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		leavesTime(t, file, cfg, false, int(grace.Seconds()))
		if !cfg.Portals.Many() || !cfg.Portals.Connects() || cfg.Cluster.Replicas != 3 || !cfg.Cluster.Shared() || !s.ReadOnly || s.User == "" || cfg.Auth.KeysFile == "" {
			t.Errorf("%s of %s is not one of three replicas without root: %+v", name, file, cfg.Cluster)
		}
		if !strings.Contains(string(proxy), "server "+name+cfg.Addr[strings.LastIndex(cfg.Addr, ":"):]+" ") {
			t.Errorf("nginx does not pass requests on to %s", name)
		}
	}
	if replicas != 3 {
		t.Errorf("%d replicas in %s, want three", replicas, file)
	}
}

// directives are a unit's lines by their names.
func directives(t *testing.T, file string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, value, ok := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#' || line[0] == '[':
		case !ok:
			t.Errorf("%s: line %q is no setting", file, line)
		default:
			found[name] = append(found[name], value)
		}
	}
	return found
}

func TestSystemdUnit(t *testing.T) {
	const file = "deploy/hubgraph.service"
	unit := directives(t, file)
	one := func(name string) string {
		if len(unit[name]) != 1 {
			t.Fatalf("%s has %d lines %s, want 1", file, len(unit[name]), name)
		}
		return unit[name][0]
	}
	args := strings.Fields(strings.ReplaceAll(one("ExecStart"), "${STATE_DIRECTORY}", "/var/lib/"+one("StateDirectory")))
	variables := make(map[string]string)
	for _, v := range unit["Environment"] {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	cfg := started(t, file, args[1:], variables)
	if cfg.Snapshot != "/var/lib/hubgraph/portal.snapshot" || !server.IsLoopback(cfg.Addr) {
		t.Errorf("%s: snapshot %s and address %s, want the state folder and loopback", file, cfg.Snapshot, cfg.Addr)
	}
	seconds, err := strconv.Atoi(one("TimeoutStopSec"))
	if err != nil {
		t.Fatal(err)
	}
	leavesTime(t, file, cfg, true, seconds)
	for name, want := range map[string]string{
		"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateDevices": "yes",
		"CapabilityBoundingSet": "", "RestrictAddressFamilies": "AF_INET AF_INET6", "ExecReload": "/bin/kill -HUP $MAINPID",
	} {
		if got := one(name); got != want {
			t.Errorf("%s: %s=%s, want %s", file, name, got, want)
		}
	}
	if one("MemoryMax") == "" {
		t.Errorf("%s has no memory limit", file)
	}
}

func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	last := string(text[bytes.LastIndex(text, []byte("\nFROM ")):])
	lines := make(map[string]string)
	for line := range strings.Lines(last) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		lines[name] = value
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(lines["USER"]) {
		t.Errorf("USER %s, want a number that is not root's: Kubernetes cannot tell of a name", lines["USER"])
	}
	name, value, _ := strings.Cut(lines["ENV"], "=")
	cfg := started(t, "the Dockerfile", nil, map[string]string{name: value})
	if !strings.HasSuffix(cfg.Addr, ":"+lines["EXPOSE"]) || server.IsLoopback(cfg.Addr) {
		t.Errorf("ENV %s, want an address beyond loopback at port %s", lines["ENV"], lines["EXPOSE"])
	}
	var check []string
	if _, form, ok := strings.Cut(lines["HEALTHCHECK"], "CMD "); !ok || json.Unmarshal([]byte(form), &check) != nil || len(check) == 0 {
		t.Fatalf("HEALTHCHECK %s, want a command as a list", lines["HEALTHCHECK"])
	}
	if cfg := started(t, "the Dockerfile", check[1:], nil); !cfg.Healthcheck {
		t.Errorf("HEALTHCHECK runs %q, which checks nothing", check)
	}
	if lines["ENTRYPOINT"] != `["`+check[0]+`"]` || !strings.HasSuffix(lines["COPY"], " "+check[0]) {
		t.Errorf("ENTRYPOINT %s and COPY %s, want %s", lines["ENTRYPOINT"], lines["COPY"], check[0])
	}
}
