package config

import "time"

// FaultsFlags are the settings of what happens when there is too much to serve,
// or HubSpot does not answer.
type FaultsFlags struct {
	MaxRequests *string `variable:"HUBGRAPH_MAX_REQUESTS" standard:"auto" placeholder:"REQUESTS" help:"Most GraphQL requests served at once; as many may wait a second for their turn, others are answered 503. auto is 1000, or what there is memory for."`
	StaleFor    *string `variable:"HUBGRAPH_STALE_FOR" standard:"auto" placeholder:"DURATION" help:"How old kept records may be that answer while HubSpot is unavailable; auto is ten times --record-ttl, 0 lets none."`
}

// Faults is what [FaultsFlags] say. Its zero value stands for their defaults.
type Faults struct {
	// MaxRequests is the most GraphQL requests served at once; as many may
	// wait for their turn; 0 ("auto") is 1,000, or what there is memory for. --max-requests,
	// HUBGRAPH_MAX_REQUESTS, auto.
	MaxRequests int
	// StaleFor is how old kept records may be that answer while HubSpot is
	// unavailable; 0 ("auto") is ten times the RecordTTL, less than 0 ("0")
	// lets none. --stale-for, HUBGRAPH_STALE_FOR, auto.
	StaleFor time.Duration
}

func (s *settings) faults() Faults {
	f := Faults{
		MaxRequests: convert(s, "max-requests", autoOr(wholeNumberTo(1_000_000))),
		StaleFor:    convert(s, "stale-for", staleFor),
	}
	if f.StaleFor > 0 && s.settings["record-ttl"].value == off {
		s.mistake("%s is %q, and no record is kept that could answer: say how long records are kept with %s, or leave it out",
			s.settings["stale-for"].names(), s.settings["stale-for"].value, s.settings["record-ttl"].names())
	}
	return f
}

// staleFor takes a duration, auto or 0.
func staleFor(v string) (time.Duration, error) {
	if v == auto {
		return 0, nil
	}
	d, err := offOr(durationFrom("1s", "1h"))(v)
	if err != nil {
		return 0, err
	}
	if d == 0 {
		return -1, nil
	}
	return d, nil
}

// Stale is how old kept records may be that answer while HubSpot is unavailable;
// no older than ttl if none may.
func (f Faults) Stale(ttl time.Duration) time.Duration {
	const times = 10
	switch {
	case f.StaleFor == 0:
		return times * ttl
	case f.StaleFor < 0:
		return ttl
	}
	return max(f.StaleFor, ttl)
}
