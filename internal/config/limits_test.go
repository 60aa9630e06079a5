package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/limit"
)

// standardLimits are the defaults that operators are promised.
func standardLimits() Limits {
	return Limits{
		Body: limit.AtMost(256 << 10), Tokens: limit.AtMost(5_000), Depth: limit.AtMost(12), Aliases: limit.AtMost(100),
		RootFields: limit.AtMost(100), Directives: limit.AtMost(50), DirectivesPerPlace: limit.AtMost(5), Fragments: limit.AtMost(100),
		Selections: limit.AtMost(10_000), Operations: limit.AtMost(10), Variables: limit.AtMost(100), Records: limit.AtMost(10_000),
		First: limit.AtMost(1_000), Errors: limit.AtMost(20),
	}
}

func TestLimitModes(t *testing.T) {
	got, err := Parse([]string{
		"--limit-depth=20", "--limit-aliases=measure:7", "--limit-tokens=measure", "--limit-first=off", "--limit-errors=enforce:5",
		"--max-calls=measure:50", "--timeout=off",
	}, env(withToken, "HUBGRAPH_LIMIT_BODY=measure:1000", "HUBGRAPH_LIMIT_FRAGMENTS=enforce"))
	if err != nil {
		t.Fatal(err)
	}
	want := defaults(func(c *Config) {
		l := &c.Limits
		l.Depth, l.Aliases, l.Tokens = limit.AtMost(20), limit.Limit{Mode: limit.Measure, Most: 7}, limit.Limit{Mode: limit.Measure, Most: 5_000}
		l.First, l.Errors = limit.Limit{Mode: limit.Off, Most: 1_000}, limit.AtMost(5)
		l.Body = limit.Limit{Mode: limit.Measure, Most: 1_000}
		c.MaxCalls, l.Calls = 50, limit.Measure
		c.Timeout, l.Time = 30*time.Second, limit.Off
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLimitMistakes(t *testing.T) {
	number := "must be a whole number from 1 to 1000; or measure:12 to let pass and tell; or off"
	for value, want := range map[string]string{
		"0": number, "-1": number, "deep": number, "measure:": number, "measure:x": number, "off:12": number,
		"log:12": number, "measure:1001": number, "measure:0": number, "Off": number, "12:measure": number,
	} {
		_, err := Parse([]string{"--limit-depth=" + value}, env(withToken))
		if err == nil || err.Error() != `--limit-depth (HUBGRAPH_LIMIT_DEPTH) is "`+value+`": `+want {
			t.Errorf("--limit-depth=%s: %v, want %s", value, err, want)
		}
	}
	_, err := Parse([]string{"--limit-depth=x", "--timeout=measure:1ms", "--max-calls=off:1"}, env(withToken, "HUBGRAPH_LIMIT_FIRST=many"))
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("four mistakes give %v, want a line for each", err)
	}
}
