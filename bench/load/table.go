package main

import (
	"fmt"
	"strings"
	"time"
)

// heading begins a table: what it shows, how that was measured, its columns.
func (b *bench) heading(title, how string, columns ...string) {
	rule := "\n|" + strings.Repeat(" --- |", len(columns))
	_, _ = fmt.Fprintf(b.out, "\n### %s\n\n%s\n\n| %s |%s\n", title, how, strings.Join(columns, " | "), rule)
}

// row is one line of it.
func (b *bench) row(cells ...any) {
	text := make([]string, len(cells))
	for i, cell := range cells {
		switch c := cell.(type) {
		case time.Duration:
			text[i] = fmt.Sprintf("%.1f ms", c.Seconds()*1000)
		case float64:
			text[i] = fmt.Sprintf("%.2f", c)
		default:
			text[i] = fmt.Sprint(c)
		}
	}
	_, _ = fmt.Fprintf(b.out, "| %s |\n", strings.Join(text, " | "))
}

// A mib is an amount of memory, printed in MiB.
type mib int64

// String implements [fmt.Stringer].
func (m mib) String() string { return fmt.Sprintf("%.1f MiB", float64(m)/(1<<20)) }
