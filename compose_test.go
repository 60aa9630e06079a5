package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/server"
)

// A composition is as much of a Compose file as matters here.
type composition struct {
	Services map[string]composedService
	Networks map[string]struct{ Internal bool }
	Secrets  map[string]struct{ File string }
}

type composedService struct {
	Command     []string
	EnvFile     string `yaml:"env_file"`
	Environment map[string]string
	Secrets     []string
	Networks    []string
	Ports       []string
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	StopGrace   string   `yaml:"stop_grace_period"`
	Healthcheck struct{ Test []string }
	Deploy      struct {
		Replicas  int
		Resources struct{ Limits struct{ Memory string } }
	}
}

func compose(t *testing.T) composition {
	t.Helper()
	text, err := os.ReadFile("deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c composition
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatalf("deploy/compose.yaml: %v", err)
	}
	return c
}

// TestCompose: three replicas start as the file says, share all that they keep, and
// nothing in it has rights or secrets that it does not need.
func TestCompose(t *testing.T) {
	const file = "deploy/compose.yaml"
	c := compose(t)
	hubgraph := c.Services["hubgraph"]
	variables := map[string]string{}
	for name, value := range hubgraph.Environment {
		variables[name] = value
	}
	for _, name := range []string{"HUBGRAPH_STORE", "HUBGRAPH_REDIS_URL", "HUBSPOT_CLIENT_SECRET"} { // of env_file
		if variables[name] != "" {
			t.Errorf("%s holds %s, which is a secret", file, name)
		}
		variables[name] = secretValues[name]
	}
	variables["HUBGRAPH_PUBLIC_URL"], variables["HUBSPOT_CLIENT_ID"] = "https://gw.example.com", "some-app" // of who starts it
	cfg := started(t, file, hubgraph.Command, variables)
	sharesAll(t, file, cfg, hubgraph.Deploy.Replicas)
	grace, err := time.ParseDuration(hubgraph.StopGrace)
	if err != nil {
		t.Fatal(err)
	}
	leavesTime(t, file, cfg, false, int(grace.Seconds()))
	secretFile := func(path string) bool {
		return slices.Contains(hubgraph.Secrets, strings.TrimPrefix(path, "/run/secrets/"))
	}
	lacks(t, file, map[string]bool{
		"three replicas":                  hubgraph.Deploy.Replicas == 3,
		"an address beyond loopback":      !server.IsLoopback(cfg.Addr),
		"the keys of the store":           secretFile(cfg.Portals.KeysFile),
		"the API keys":                    secretFile(cfg.Auth.KeysFile),
		"a memory limit":                  hubgraph.Deploy.Resources.Limits.Memory != "",
		"a port for the proxy alone":      len(hubgraph.Ports) == 0 && len(c.Services["proxy"].Ports) == 1,
		"a way to HubSpot":                slices.ContainsFunc(hubgraph.Networks, func(n string) bool { return !c.Networks[n].Internal }),
		"the image's health check":        reflect.DeepEqual(hubgraph.Healthcheck.Test, []string{"CMD", "/hubgraph", "--healthcheck"}),
		"databases that reach nobody":     isolated(c, "postgres") && isolated(c, "redis"),
		"secrets in a file of their own":  strings.HasPrefix(hubgraph.EnvFile, "secrets/"),
		"a proxy that sees no tokens":     !slices.Contains(c.Services["proxy"].Networks, "back"),
		"no log of what nginx is told of": !strings.Contains(nginx(t), "$request_uri") && !regexp.MustCompile(`\$(request|args|query_string)\b`).MatchString(logFormat(t)),
	})
	for name, s := range c.Services {
		user, _, _ := strings.Cut(s.User, ":")
		uid, err := strconv.Atoi(user)
		lacks(t, file+", "+name, map[string]bool{
			"a user that is not root": err == nil && uid > 0,
			"a read-only root":        s.ReadOnly,
			"no capabilities":         reflect.DeepEqual(s.CapDrop, []string{"ALL"}),
			"no way up":               reflect.DeepEqual(s.SecurityOpt, []string{"no-new-privileges:true"}),
			"a health check":          len(s.Healthcheck.Test) > 1,
		})
		for _, secret := range s.Secrets {
			if filepath.Dir(c.Secrets[secret].File) != "secrets" {
				t.Errorf("%s: the secret %s of %s is in no file of the folder secrets", file, secret, name)
			}
		}
	}
	proxyWaits(t, cfg)
}

// isolated says whether a service is on internal networks alone.
func isolated(c composition, service string) bool {
	return !slices.ContainsFunc(c.Services[service].Networks, func(n string) bool { return !c.Networks[n].Internal })
}

func nginx(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("deploy/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func logFormat(t *testing.T) string {
	t.Helper()
	return regexp.MustCompile(`log_format [^;]*;`).FindString(nginx(t))
}

// proxyWaits checks that nginx waits for what hubgraph may take, and forgets a
// replica before that has gone.
func proxyWaits(t *testing.T, cfg config.Config) {
	t.Helper()
	for _, m := range regexp.MustCompile(`proxy_read_timeout (\w+);`).FindAllStringSubmatch(nginx(t), -1) {
		if d, err := time.ParseDuration(m[1]); err != nil || d <= cfg.Timeout {
			t.Errorf("nginx waits %s for an answer, which may take %v", m[1], cfg.Timeout)
		}
	}
	m := regexp.MustCompile(`resolver \S+ valid=(\w+)`).FindStringSubmatch(nginx(t))
	if m == nil {
		t.Fatal("nginx resolves no names")
	}
	if d, err := time.ParseDuration(m[1]); err != nil || d >= cfg.DrainDelay.Of(false) {
		t.Errorf("nginx keeps addresses for %s, and a replica that stops serves on for %v", m[1], cfg.DrainDelay.Of(false))
	}
}
