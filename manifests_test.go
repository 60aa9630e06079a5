package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
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
	variables = maps.Clone(variables)
	if _, many := variables["HUBGRAPH_STORE"]; !many {
		if variables == nil {
			variables = make(map[string]string)
		}
		variables["HUBSPOT_ACCESS_TOKEN"] = secretValues["HUBSPOT_ACCESS_TOKEN"] // which no file in deploy holds
	}
	c, err := config.ParseCommand(args, func(name string) string { return variables[name] }, slices.Collect(maps.Keys(variables)))
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
		PodSelector  any `yaml:"podSelector"`
		Ingress      []struct {
			From []struct {
				PodSelector any `yaml:"podSelector"`
			}
		}
		Ports []struct {
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
				Volumes    []struct {
					Name   string
					Secret struct {
						SecretName string `yaml:"secretName"`
					}
				}
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
		ReadOnly  bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
	Period  int                         `yaml:"periodSeconds"`
}

// manifests are the objects of a file, by kind and name.
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
		found[m.Kind+"/"+m.Metadata.Name] = m
	}
}

// A pods is a file's Deployment of hubgraph, as far as any of them must have it.
type pods struct {
	manifest
	container

	cfg     config.Config
	secrets map[string]bool // variables that come from a secret
}

// podsOf reads the Deployment of hubgraph in a file, its service and its budget,
// and checks what is true of any. The gateway answers its probes.
func podsOf(t *testing.T, file string, g *testGateway) pods {
	t.Helper()
	found := manifests(t, file)
	p := pods{manifest: found["Deployment/hubgraph"], secrets: make(map[string]bool)}
	service, budget := found["Service/hubgraph"].Spec, found["PodDisruptionBudget/hubgraph"].Spec
	pod := p.Spec.Template.Spec
	if len(pod.Containers) != 1 {
		t.Fatalf("%s: %d containers, want 1", file, len(pod.Containers))
	}
	p.container = pod.Containers[0]
	variables := make(map[string]string)
	for _, v := range p.Env {
		variables[v.Name] = v.Value
		if v.Value == "" {
			p.secrets[v.Name] = true
			variables[v.Name] = secretValues[v.Name]
		}
	}
	p.cfg = started(t, file, p.Args, variables)
	leavesTime(t, file, p.cfg, false, pod.Grace)
	lacks(t, file, map[string]bool{
		"the image's own entry point": len(p.Command) == 0,
		"no variables of services":    pod.EnableServiceLinks != nil && !*pod.EnableServiceLinks,
		"a memory limit":              p.Resources.Limits["memory"] != "",
		"a budget that leaves room":   budget.MinAvailable > 0 && budget.MinAvailable < p.Spec.Replicas,
		"a service to the port":       len(service.Ports) == 1 && service.Ports[0].TargetPort == p.Ports[0].Name,
		"the port that is served":     strings.HasSuffix(p.cfg.Addr, ":"+strconv.Itoa(p.Ports[0].ContainerPort)),
		"time to learn of a stop":     p.cfg.DrainDelay.Of(false) > 2*time.Duration(p.Readiness.Period)*time.Second,
		"an address beyond loopback":  !server.IsLoopback(p.cfg.Addr),
	})
	p.confined(t, file)
	labels := map[string]any{"app.kubernetes.io/name": p.Spec.Template.Metadata.Labels["app.kubernetes.io/name"]}
	for what, selector := range map[string]any{"the deployment": p.Spec.Selector, "the budget": budget.Selector, "the service": map[string]any{"matchLabels": service.Selector}} {
		if !reflect.DeepEqual(selector, map[string]any{"matchLabels": labels}) {
			t.Errorf("%s: %s selects %v, and the pods are %v", file, what, selector, labels)
		}
	}
	for _, probe := range []probe{p.Startup, p.Liveness, p.Readiness} {
		g.get(probe.HTTPGet.Path) // answers 200
		if probe.HTTPGet.Port != p.Ports[0].Name {
			t.Errorf("%s: the probe of %s is for port %q, want %q", file, probe.HTTPGet.Path, probe.HTTPGet.Port, p.Ports[0].Name)
		}
	}
	return p
}

// confined checks that a process in the pods can do little but compute.
func (p pods) confined(t *testing.T, where string) {
	t.Helper()
	pod, c := p.Spec.Template.Spec.SecurityContext, p.container.SecurityContext
	lacks(t, where, map[string]bool{
		"no root":          pod.RunAsNonRoot && pod.RunAsUser > 0,
		"a read-only root": c.ReadOnly,
		"no way up":        c.Escalation != nil && !*c.Escalation,
		"no capabilities":  reflect.DeepEqual(c.Capabilities.Drop, []string{"ALL"}),
	})
}

// lacks reports what does not hold of a file.
func lacks(t *testing.T, file string, promises map[string]bool) {
	t.Helper()
	for what, holds := range promises {
		if !holds {
			t.Errorf("%s lacks: %s", file, what)
		}
	}
}

// secretValues are what secrets might hold.
var secretValues = map[string]string{
	"HUBSPOT_ACCESS_TOKEN":  "pat-some-token",
	"HUBSPOT_CLIENT_SECRET": "some-secret",
	"HUBGRAPH_STORE":        "postgres://hubgraph:some-password@postgres/hubgraph",
	"HUBGRAPH_REDIS_URL":    "redis://:some-password@redis:6379/0",
	"HUBGRAPH_API_KEYS":     "{}",
}

func TestKubernetesManifests(t *testing.T) {
	const file = "deploy/kubernetes.yaml"
	p := podsOf(t, file, startGateway(t, hubspottest.New(t, hubspottest.Options{})))
	replicas, volumes := p.Spec.Replicas, p.Spec.Template.Spec.Volumes
	lacks(t, file, map[string]bool{
		"the token is from a secret":                       p.secrets["HUBSPOT_ACCESS_TOKEN"],
		"replicas that together stay within 100 calls":     p.cfg.BurstLimit*(replicas+1) <= 100 && p.cfg.BurstLimit > 0,
		"replicas that together stay within 100 batches":   p.cfg.AssociationLimit*(replicas+1) <= 100 && p.cfg.AssociationLimit > 0,
		"replicas that together stay within five searches": p.cfg.SearchLimit*(replicas+1) <= mostSearches,
		"a snapshot where something can be written":        len(p.Mounts) == 1 && path.Dir(p.cfg.Snapshot) == p.Mounts[0].MountPath && volumes[0].Name == p.Mounts[0].Name,
	})
}

// TestKubernetesPortals: the replicas share everything that they keep.
func TestKubernetesPortals(t *testing.T) {
	const file = "deploy/kubernetes-portals.yaml"
	p := podsOf(t, file, startGateway(t, hubspottest.New(t, hubspottest.Options{})))
	sharesAll(t, file, p.cfg, p.Spec.Replicas+1) // a rollout brings one more
	volumes := p.Spec.Template.Spec.Volumes
	lacks(t, file, map[string]bool{
		"secrets from a secret":                  p.secrets["HUBGRAPH_STORE"] && p.secrets["HUBGRAPH_REDIS_URL"] && p.secrets["HUBSPOT_CLIENT_SECRET"],
		"the keys of the store where it is read": len(p.Mounts) == 1 && p.Mounts[0].ReadOnly && path.Dir(p.cfg.Portals.KeysFile) == p.Mounts[0].MountPath,
		"the API keys where they are read":       path.Dir(p.cfg.Auth.KeysFile) == p.Mounts[0].MountPath,
		"nothing that can be written":            len(volumes) == 1 && volumes[0].Name == p.Mounts[0].Name && volumes[0].Secret.SecretName != "",
	})
	found := manifests(t, file)
	redis := pods{manifest: found["Deployment/hubgraph-redis"]}
	redis.container = redis.Spec.Template.Spec.Containers[0]
	redis.confined(t, file+", Redis")
	policy := found["NetworkPolicy/hubgraph-redis"].Spec
	if len(policy.Ingress) != 1 || !reflect.DeepEqual(policy.Ingress[0].From[0].PodSelector, p.Spec.Selector) || !reflect.DeepEqual(policy.PodSelector, redis.Spec.Selector) {
		t.Errorf("%s: the policy lets in others than hubgraph's pods to Redis: %+v", file, policy)
	}
}

// sharesAll checks that replicas keep portals and allowances in common.
func sharesAll(t *testing.T, file string, cfg config.Config, replicas int) {
	t.Helper()
	lacks(t, file, map[string]bool{
		"a store for all":                        strings.HasPrefix(cfg.Portals.Store.Reveal(), "postgres://"),
		"a Redis for all":                        cfg.Cluster.Shared(),
		"the part that each takes without Redis": cfg.Cluster.Replicas >= replicas,
		"allowances as HubSpot says":             cfg.BurstLimit == 0 && cfg.AssociationLimit == 0,
		"an app to connect portals with":         cfg.Portals.Connects(),
		"keys, for who may ask":                  cfg.Auth.KeysFile != "",
		"no snapshot of one portal":              cfg.Snapshot == "",
	})
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
