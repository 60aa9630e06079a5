package main

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/hubgraph/hubgraph/internal/cluster"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/server"
)

// openCluster joins the other replicas, if there are any.
func (o *opening) openCluster(to *server.Options) error {
	cfg := o.cfg.Cluster
	if !cfg.Shared() {
		return nil
	}
	exchanges := o.process.Metrics.NewExchanges()
	c, err := cluster.New(o.lg, cluster.Options{
		URL: cluster.Address(cfg.Redis.Reveal()), Replicas: cfg.Replicas,
		Observe: func(what string, took time.Duration, failed bool) { exchanges.Observe(what, took, failed) },
	})
	if err != nil {
		return err
	}
	o.add(func() { _ = c.Close() }) // whatever Redis says to that
	o.process.Metrics.WatchCluster(c)
	o.cluster, to.Peers, to.PeersStatus = c, c, c.Status
	return nil
}

// newLimiter returns the limiter of a portal, or of a token whose portal is not
// known yet, which its replicas share.
func (o *opening) newLimiter(portal string) (*hubspot.Limiter, error) {
	l := hubspot.NewLimiter(hubspot.Limits{
		Burst: o.cfg.BurstLimit, Associations: o.cfg.AssociationLimit, Search: o.cfg.SearchLimit,
	})
	if o.cluster == nil {
		return l, nil
	}
	return l, o.cluster.Share(portal, l)
}

// fingerprint names a token without telling it: replicas that have the same one
// share its allowance.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte("hubgraph allowance " + token))
	return hex.EncodeToString(sum[:8])
}
