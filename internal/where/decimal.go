package where

import (
	"cmp"
	"strconv"
	"strings"
)

// A decimal is a number of any length: 0.digits × 10^exponent, without a zero
// at either end of the digits. No digits are zero.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// maxExponent is far beyond any number of HubSpot's.
const maxExponent = 9999

// parseDecimal reads a number as JSON writes it, also with zeros in front and
// with a sign or a point where JSON has none: that is how HubSpot's users may
// have written it.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	switch {
	case strings.HasPrefix(text, "-"):
		d.negative, text = true, text[1:]
	case strings.HasPrefix(text, "+"):
		text = text[1:]
	}
	mantissa, shift := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return decimal{}, false
		}
		mantissa, shift = text[:i], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole == "" && fraction == "" || !isDigits(whole) || !isDigits(fraction) {
		return decimal{}, false
	}
	fraction = strings.TrimRight(fraction, "0")
	d.digits = strings.TrimLeft(whole, "0")
	d.exponent = len(d.digits) + shift
	switch {
	case d.digits == "":
		d.digits = strings.TrimLeft(fraction, "0")
		d.exponent -= len(fraction) - len(d.digits)
	case fraction != "":
		d.digits += fraction
	}
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func (d decimal) compare(other decimal) int {
	if order := cmp.Compare(d.sign(), other.sign()); order != 0 {
		return order
	}
	size := cmp.Or(cmp.Compare(d.exponent, other.exponent), strings.Compare(d.digits, other.digits))
	return size * d.sign()
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// isDigits reports whether all of the text is decimal digits, if there are any.
func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// key is the same for equal numbers alone.
func (d decimal) key() string {
	if d.negative {
		return "-" + d.digits + "e" + strconv.Itoa(d.exponent)
	}
	return d.digits + "e" + strconv.Itoa(d.exponent)
}
