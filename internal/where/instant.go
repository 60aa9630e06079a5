package where

import (
	"strconv"
	"time"
)

// An instant is a time in milliseconds since 1970, as HubSpot keeps dates and
// times: a date is its midnight in UTC.
type instant int64

// parseInstant reads a value of HubSpot's: milliseconds since 1970, a date or
// a time. What is finer than a millisecond is cut off.
func parseInstant(text string) (instant, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return instant(n), true
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return instant(at.UnixMilli()), true
	}
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return instant(at.UnixMilli()), true
	}
	return 0, false
}

// String is the instant as HubSpot's search takes it.
func (i instant) String() string { return strconv.FormatInt(int64(i), 10) }
