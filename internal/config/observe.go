package config

import (
	"errors"
	"net"
)

// observeFlags are the flags of what operators see of the gateway.
type observeFlags struct {
	AdminAddr        *string `variable:"HUBGRAPH_ADMIN_ADDR" placeholder:"HOST:PORT" help:"Address to serve metrics, profiles and /admin on; none if left out."`
	AdminAllowRemote *bool   `variable:"HUBGRAPH_ADMIN_ALLOW_REMOTE" standard:"false" help:"Let --admin-addr be reached from other machines."`
}

// Observe is what operators see of the gateway.
type Observe struct {
	// AdminAddr is the address that metrics, profiles and /admin are served on,
	// as host:port; empty for none. --admin-addr, HUBGRAPH_ADMIN_ADDR, none.
	AdminAddr string
	// AdminAllowRemote lets AdminAddr be another than this machine's own.
	// --admin-allow-remote, HUBGRAPH_ADMIN_ALLOW_REMOTE, off.
	AdminAllowRemote bool
}

func (s *settings) observe() Observe {
	o := Observe{AdminAllowRemote: convert(s, "admin-allow-remote", yesOrNo)}
	o.AdminAddr = convert(s, "admin-addr", adminAddress(o.AdminAllowRemote))
	return o
}

// adminAddress takes addresses of this machine, and others if they are allowed.
func adminAddress(remote bool) func(string) (string, error) {
	return func(v string) (string, error) {
		if v == "" {
			return "", nil
		}
		host, _, err := net.SplitHostPort(v)
		if _, wrong := address(v); err != nil || wrong != nil {
			return "", errors.New("must be host:port, such as 127.0.0.1:9090")
		}
		if !remote && !thisMachine(host) {
			return "", errors.New("must be this machine's own, such as 127.0.0.1:9090, for it shows profiles of the process: with --admin-allow-remote (HUBGRAPH_ADMIN_ALLOW_REMOTE=true) others may reach it")
		}
		return v, nil
	}
}
