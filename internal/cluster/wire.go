package cluster

import (
	"crypto/rand"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A question is a report as the script reads it. Times are milliseconds.
type question struct {
	ID       string  `json:"id"`
	Number   int64   `json:"n"`
	Epoch    string  `json:"epoch"`
	Seen     int64   `json:"seen"`
	Nonce    string  `json:"nonce"` // names the data if there are none yet
	Replicas int     `json:"replicas"`
	Lease    int64   `json:"ttl"`
	Grace    int64   `json:"grace"`
	Hear     int64   `json:"hear"`
	Forget   int64   `json:"forget"`
	Breaker  int64   `json:"breaker"`
	Spent    int64   `json:"spent"`
	Fresh    bool    `json:"fresh"`
	Lapsed   bool    `json:"lapsed"`
	Bye      bool    `json:"bye"`
	Claims   []claim `json:"claims"`
}

type claim struct {
	Held     int   `json:"held"`
	Own      int   `json:"own"`
	Need     int   `json:"need"`
	Limit    int   `json:"limit"`
	Ceiling  int   `json:"ceiling"`
	Learned  bool  `json:"learned"`
	Foreign  int   `json:"foreign"`
	Closed   int64 `json:"closed"`
	NextFree int64 `json:"nextFree"`
	Window   int64 `json:"window"`
	Slack    int64 `json:"slack"`
}

// An answer is what the script says.
type answer struct {
	Stale bool   `json:"stale"`
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
	Spent int64  `json:"spent"`
	Parts []struct {
		Grant  int   `json:"grant"`
		Target int   `json:"target"`
		Others int   `json:"others"`
		Limit  int   `json:"limit"`
		Closed int64 `json:"closed"`
		Within int64 `json:"within"`
	} `json:"parts"`
}

func (m *member) question(r hubspot.Report, bye bool) question {
	q := question{
		ID: m.cluster.id, Number: m.number, Epoch: m.epoch, Seen: m.seen, Nonce: rand.Text(),
		Replicas: m.cluster.replicas,
		Lease:    ceil(lease), Grace: ceil(grace), Hear: ceil(hear), Forget: ceil(forget), Breaker: ceil(breakFor),
		Spent: ceil(r.Spent), Fresh: r.Fresh, Lapsed: r.Lapsed, Bye: bye,
	}
	for _, c := range r.Claims {
		q.Claims = append(q.Claims, claim{
			Held: c.Held, Own: c.Own, Need: c.Need, Limit: c.Limit, Ceiling: c.Ceiling, Learned: c.Learned, Foreign: c.Foreign,
			Closed: ceil(c.Closed), NextFree: ceil(c.NextFree), Window: ceil(c.Window), Slack: ceil(c.Slack),
		})
	}
	return q
}

// ceil counts whole milliseconds and what is begun of one.
func ceil(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
