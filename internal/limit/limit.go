// Package limit is a bound on what one request may cost, and what is done about
// a request beyond it. The settings, the document gate and the plan share it.
package limit

// A Mode is what is done about a request beyond a limit.
type Mode byte

// The modes. An operator who wants to know what a limit would refuse has it
// measured first.
const (
	Enforce Mode = iota // refuse it
	Measure             // let it pass, and tell: see [Log]
	Off                 // let it pass
)

// String is the mode as settings spell it.
func (m Mode) String() string {
	return [...]string{Enforce: "enforce", Measure: "measure", Off: "off"}[m]
}

// A Limit is a number and what is done about a request that has more. The zero
// value stands for a default, which is enforced.
type Limit struct {
	Mode Mode
	Most int // 0 for the default
}

// AtMost is a limit that is enforced.
func AtMost(n int) Limit { return Limit{Most: n} }

// Or is the limit with standard for a default.
func (l Limit) Or(standard int) Limit {
	if l.Most == 0 {
		l.Most = standard
	}
	return l
}

// Refuses says whether a request that has found is to be refused.
func (l Limit) Refuses(found int) bool { return l.Mode == Enforce && found > l.Most }

// Tells says whether a request that has found passes and is to be told of.
func (l Limit) Tells(found int) bool { return l.Mode == Measure && found > l.Most }

// Ceiling is the most that is ever let pass: above is what nobody may have,
// whatever the mode, since it would hurt the process itself.
func (l Limit) Ceiling(above int) int {
	if l.Mode == Enforce {
		return l.Most
	}
	return max(above, l.Most)
}
