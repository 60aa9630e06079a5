package auth

import (
	"fmt"
	"strings"
	"time"
)

// String says in one line what the document holds, and which of its keys are of
// no use any more.
func (d *Document) String() string {
	text := fmt.Sprintf("roles: %d, keys: %d", len(d.roles), len(d.keys))
	if d.jwt != nil {
		text += ", tokens of an issuer"
	}
	if expired := d.Expired(time.Now()); len(expired) > 0 {
		text += fmt.Sprintf("; expired, so that they may be taken out: %s", strings.Join(expired, ", "))
	}
	return text
}

// Expired are the names of the keys that are good no more.
func (d *Document) Expired(now time.Time) []string {
	var names []string
	for _, k := range d.keys {
		if k.expired(now) {
			names = append(names, k.principal.Name)
		}
	}
	return names
}

// Rights are all rights that the document gives, by who has them: for whoever
// wants to check that they mean something.
func (d *Document) Rights() map[string]Rights {
	all := make(map[string]Rights, len(d.roles))
	for name, r := range d.roles {
		all["role "+name] = r.rights
	}
	for _, k := range d.keys {
		if k.ownRights {
			all["key "+k.principal.Name] = k.principal.Rights
		}
	}
	return all
}
