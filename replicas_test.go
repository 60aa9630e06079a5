//go:build !race

// The replicas are processes of their own, built without the race detector, and
// what is measured is time: make replicas runs this.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/server"
	"github.com/hubgraph/hubgraph/internal/servertest"
	"github.com/hubgraph/hubgraph/internal/store"
)

// A fleet is replicas of the gateway as processes of their own, that share Redis
// and PostgreSQL, in front of an app's portals.
type fleet struct {
	t        *testing.T
	app      *hubspottest.App
	portals  []*hubspottest.Portal
	emails   map[int64]map[string]string // by portal and contact
	redis    *servertest.RedisServer
	replicas []*replica
	client   *http.Client
}

// A replica is one process.
type replica struct {
	url    string
	cmd    *exec.Cmd
	log    bytes.Buffer // readable once exited is closed
	exited chan struct{}
	down   atomic.Bool // nobody asks it any more
}

// fleetPublicURL is where HubSpot would reach all of them.
const fleetPublicURL = "http://127.0.0.1:1"

// newFleet starts replicas, with extra arguments, that serve portals of 200
// contacts each.
func newFleet(t *testing.T, replicas int, ids []int64, app hubspottest.AppOptions, args ...string) *fleet {
	t.Helper()
	f := &fleet{t: t, emails: map[int64]map[string]string{}, redis: servertest.Redis(t), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}}
	t.Cleanup(f.client.CloseIdleConnections)
	for _, id := range ids {
		p := hubspottest.NewPortal(hubspottest.Options{PortalID: id, OAuth: true, BurstLimit: 100, Latency: 20 * time.Millisecond})
		f.emails[id] = map[string]string{}
		for i := range 200 {
			email := fmt.Sprintf("c%d@portal%d.example", i, id)
			f.emails[id][p.AddRecord("contacts", map[string]string{"email": email})] = email
		}
		f.portals = append(f.portals, p)
	}
	app.Scopes, app.Rotate = []string{"oauth", "crm.objects.contacts.read"}, true
	f.app = hubspottest.StartApp(t, app, f.portals...)
	database := servertest.Postgres(t)
	keys := f.fill(database, ids)
	binary, err := builtBinary()
	if err != nil {
		t.Fatal(err)
	}
	for range replicas {
		f.start(binary, database, keys, replicas, args)
	}
	for _, r := range f.replicas {
		f.ready(r)
	}
	return f
}

// builtBinary is hubgraph as it is built for users, once for all tests.
var builtBinary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "hubgraph-test-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "hubgraph")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return binary, nil
})

// fill connects the portals, and returns the file of the store's keys.
func (f *fleet) fill(database string, ids []int64) (keysFile string) {
	f.t.Helper()
	text, err := seal.NewKeyset()
	if err != nil {
		f.t.Fatal(err)
	}
	keys, err := seal.Parse(text)
	if err != nil {
		f.t.Fatal(err)
	}
	db, err := store.Open(f.t.Context(), database, keys)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, id := range ids {
		given := f.app.Install(id)
		_, err := db.Put(f.t.Context(), store.Connection{
			Info: store.Info{
				PortalID: fmt.Sprint(id), Kind: store.OAuth, State: store.Active, ConnectedAt: time.Now(),
				ExpiresAt: time.Now().Add(given.Lifetime), Lifetime: given.Lifetime,
			},
			Access: store.NewToken(given.AccessToken), Refresh: store.NewToken(given.RefreshToken),
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	keysFile = filepath.Join(f.t.TempDir(), "keys.json")
	if err := os.WriteFile(keysFile, text, 0o600); err != nil {
		f.t.Fatal(err)
	}
	return keysFile
}

// start starts one replica.
func (f *fleet) start(binary, database, keysFile string, replicas int, args []string) {
	f.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.t.Fatal(err)
	}
	addr := ln.Addr().String()
	_ = ln.Close()
	r := &replica{url: "http://" + addr, exited: make(chan struct{})}
	r.cmd = exec.CommandContext(context.Background(), binary, append([]string{
		"--addr", addr, "--hubspot-url", f.app.URL(), "--hubspot-app-url", f.app.URL(), "--client-id", f.app.ClientID(),
		"--public-url", fleetPublicURL, "--store-keys", keysFile, "--scopes", "oauth,crm.objects.contacts.read",
		"--objects", "contacts", "--replicas", fmt.Sprint(replicas), "--log-level", "warn",
	}, args...)...)
	r.cmd.Env = append(os.Environ(), "HUBGRAPH_STORE="+database, "HUBGRAPH_REDIS_URL="+f.redis.URL(), "HUBSPOT_CLIENT_SECRET="+f.app.ClientSecret())
	r.cmd.Stderr = &r.log
	if err := r.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // however it ends
		close(r.exited)
	}()
	f.replicas = append(f.replicas, r)
	f.t.Cleanup(func() {
		_ = r.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-r.exited:
		case <-time.After(30 * time.Second):
			_ = r.cmd.Process.Kill()
			<-r.exited
		}
		if f.t.Failed() {
			f.t.Logf("%s said:\n%s", r.url, r.log.String())
		}
	})
}

// readiness is what a replica says of itself.
func (f *fleet) readiness(r *replica) (said server.Readiness, err error) {
	res, err := f.client.Get(r.url + "/readyz")
	if err != nil {
		return said, err
	}
	defer func() { _ = res.Body.Close() }()
	return said, json.NewDecoder(res.Body).Decode(&said)
}

func (f *fleet) ready(r *replica) {
	f.t.Helper()
	until(f.t, "a replica is ready and meets the others", func() bool {
		select {
		case <-r.exited:
			f.t.Fatalf("a replica has ended: %s", r.log.String())
		default:
		}
		said, err := f.readiness(r)
		return err == nil && said.Ready && said.Replicas != nil
	})
}

// errReplicaGone says that nobody answered.
var errReplicaGone = errors.New("the replica is gone")

// ask asks a replica about a portal.
func (f *fleet) ask(ctx context.Context, r *replica, id int64, query string) (answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+graphqlOf(id), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		return answer{}, errReplicaGone
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, errReplicaGone
	}
	a := answer{Status: res.StatusCode}
	return a, json.Unmarshal(text, &a)
}

// A tally is what the clients of a fleet met.
type tally struct {
	right, wrong, refused, gone atomic.Int64
	mu                          sync.Mutex
	first                       []string // of what was wrong
}

func (y *tally) mistake(format string, args ...any) {
	y.wrong.Add(1)
	y.mu.Lock()
	defer y.mu.Unlock()
	if len(y.first) < 5 {
		y.first = append(y.first, fmt.Sprintf(format, args...))
	}
}

// load has clients ask for contacts at random until ctx ends, each of any replica
// that is there.
func (f *fleet) load(ctx context.Context, clients int) (y *tally, wait func()) {
	y = new(tally)
	var wg sync.WaitGroup
	for i := range clients {
		rnd := rand.New(rand.NewPCG(uint64(i), 1))
		wg.Go(func() {
			for ctx.Err() == nil {
				f.askOne(ctx, rnd, y)
			}
		})
	}
	return y, wg.Wait
}

// askOne asks for a contact, or for a page of them, and checks the answer.
func (f *fleet) askOne(ctx context.Context, rnd *rand.Rand, y *tally) {
	p := f.portals[rnd.IntN(len(f.portals))]
	id := p.PortalID()
	r := f.replicas[rnd.IntN(len(f.replicas))]
	if r.down.Load() {
		return
	}
	contacts := make([]string, 0, len(f.emails[id]))
	for contact := range f.emails[id] {
		contacts = append(contacts, contact)
	}
	contact := contacts[rnd.IntN(len(contacts))]
	query := fmt.Sprintf(`{ contact(by: {id: %q}) { email } }`, contact)
	want := fmt.Sprintf(`{"contact":{"email":%q}}`, f.emails[id][contact])
	page := rnd.IntN(4) == 0
	if page {
		query = fmt.Sprintf(`{ contacts(first: %d) { nodes { hs_object_id email } } }`, 1+rnd.IntN(100))
	}
	a, err := f.ask(ctx, r, id, query)
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, errReplicaGone):
		y.gone.Add(1)
		if !r.down.Load() {
			time.Sleep(time.Millisecond)
		}
	case err != nil:
		y.mistake("%s: %v", query, err)
	case a.code() == "RATE_LIMITED":
		y.refused.Add(1)
	case len(a.Errors) > 0:
		y.mistake("%s: %d %+v", query, a.Status, a.Errors)
	case page && !f.rightPage(id, a.Data), !page && string(a.Data) != want:
		y.mistake("%s: %.300s", query, a.Data)
	default:
		y.right.Add(1)
	}
}

// rightPage says whether every contact of a page is as it should be.
func (f *fleet) rightPage(id int64, data []byte) bool {
	var got struct {
		Contacts struct {
			Nodes []struct {
				ID    string `json:"hs_object_id"`
				Email string
			}
		}
	}
	if json.Unmarshal(data, &got) != nil || len(got.Contacts.Nodes) == 0 {
		return false
	}
	for _, n := range got.Contacts.Nodes {
		if f.emails[id][n.ID] != n.Email {
			return false
		}
	}
	return true
}

// use is which part of a portal's allowance was used from one instant to another.
func (f *fleet) use(p *hubspottest.Portal, from, to time.Time) float64 {
	n := 0
	for _, c := range p.Calls() {
		if !c.At.Before(from) && c.At.Before(to) {
			n++
		}
	}
	return float64(n) / (100 * to.Sub(from).Seconds() / 10)
}

// TestReplicas has 300 clients ask three replicas, kills one, and then Redis: HubSpot
// never has to answer 429, no answer is wrong, none fails but those of the replica
// that died, and the allowance is used.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	ids := []int64{62515, 62516}
	f := newFleet(t, 3, ids, hubspottest.AppOptions{Lifetime: 40 * time.Second}, "--timeout=60s")
	for _, r := range f.replicas { // each opens its portals
		for _, id := range ids {
			if a, err := f.ask(t.Context(), r, id, `{ __typename }`); err != nil || len(a.Errors) > 0 {
				t.Fatalf("%v %+v", err, a.Errors)
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	y, wait := f.load(ctx, 300)
	report := func(what string, from time.Time) {
		now := time.Now()
		for _, p := range f.portals {
			t.Logf("%s: portal %d used %.0f %% of its allowance in %.0f s; %d right so far", what, p.PortalID(), 100*f.use(p, from, now), now.Sub(from).Seconds(), y.right.Load())
		}
	}
	time.Sleep(11 * time.Second) // what opening the portals took has left the window
	begin := time.Now()
	time.Sleep(10 * time.Second)
	report("three replicas", begin)
	for _, p := range f.portals {
		if used := f.use(p, begin, begin.Add(10*time.Second)); used < 0.95 {
			t.Errorf("portal %d: %.0f %% of the allowance used by three replicas, want 95 %% at least", p.PortalID(), 100*used)
		}
	}

	killed := f.replicas[2]
	killed.down.Store(true)
	if err := killed.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	begin = time.Now()
	time.Sleep(3 * time.Second)
	f.redis.Stop()
	lost := time.Now()
	until(t, "the replicas notice that Redis is gone", func() bool {
		said, err := f.readiness(f.replicas[0])
		return err == nil && said.Ready && said.Replicas.Fallback
	})
	t.Logf("Redis is taken for gone after %v", time.Since(lost))
	time.Sleep(9 * time.Second)
	report("one killed, then Redis gone", begin)
	f.redis.Start()
	back := time.Now()
	until(t, "the replicas meet again", func() bool {
		said, err := f.readiness(f.replicas[0])
		other, err2 := f.readiness(f.replicas[1])
		return err == nil && err2 == nil && said.Replicas.Connected && other.Replicas.Connected
	})
	t.Logf("the replicas meet again after %v", time.Since(back))
	if took := time.Since(back); took > 10*time.Second {
		t.Errorf("the replicas met again after %v, want at most 10 s", took)
	}
	begin = time.Now()
	time.Sleep(15 * time.Second)
	report("two replicas and Redis again", begin)
	stop()
	wait()

	t.Logf("%d right, %d refused for want of time, %d of a replica that was gone, %d wrong", y.right.Load(), y.refused.Load(), y.gone.Load(), y.wrong.Load())
	if y.wrong.Load() > 0 {
		t.Errorf("wrong answers, the first: %s", strings.Join(y.first, "\n"))
	}
	if y.right.Load() < 1000 || y.refused.Load() > 0 {
		t.Errorf("%d right answers, %d refused", y.right.Load(), y.refused.Load())
	}
	for _, p := range f.portals {
		if n := p.Rejected(); n > 0 {
			var at []string
			for _, c := range p.Calls() {
				if c.Status == http.StatusTooManyRequests {
					at = append(at, fmt.Sprintf("%.1f", c.At.Sub(lost).Seconds()))
				}
			}
			t.Errorf("portal %d had to answer 429 %d times, so many seconds after Redis was stopped: %v", p.PortalID(), n, at)
		}
	}
	if n := f.app.Refreshes(); n < 2 || n > 6 { // two portals, lives of 40 s, renewed after 32
		t.Errorf("tokens were renewed %d times in a minute, want once or twice a portal", n)
	}
}

// TestWebhookReachesAllReplicas: what one replica is told, the others do not
// answer from their cache any more, within 100 ms.
func TestWebhookReachesAllReplicas(t *testing.T) {
	const id = 62515
	f := newFleet(t, 3, []int64{id}, hubspottest.AppOptions{}, "--record-ttl=1h")
	contact := ""
	for contact = range f.emails[id] {
		break
	}
	query := fmt.Sprintf(`{ contact(by: {id: %q}) { email } }`, contact)
	email := func(r *replica) string {
		a, err := f.ask(t.Context(), r, id, query)
		if err != nil || len(a.Errors) > 0 {
			t.Fatalf("%v %+v", err, a.Errors)
		}
		return string(a.Data)
	}
	var took []time.Duration
	for i := range 10 {
		for _, r := range f.replicas {
			email(r)
		}
		changed := fmt.Sprintf("changed%d@example.com", i)
		hooks := f.portals[0].Subscribe(hubspottest.Subscription{
			URL: fleetPublicURL + server.WebhookPath, Via: f.replicas[i%3].url + server.WebhookPath, Secret: f.app.ClientSecret(),
		})
		f.portals[0].Update("contacts", contact, map[string]string{"email": changed})
		if got := email(f.replicas[(i+1)%3]); strings.Contains(got, changed) {
			t.Fatalf("nothing was kept: %s", got)
		}
		deliveries, err := hooks.Deliver(t.Context())
		if err != nil || len(deliveries) == 0 || deliveries[0].Status != http.StatusNoContent {
			t.Fatalf("deliver: %+v, %v", deliveries, err)
		}
		begin := time.Now()
		for _, r := range f.replicas {
			until(t, "a replica answers what is so now", func() bool { return strings.Contains(email(r), changed) })
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	t.Logf("visible in all replicas after %v (median), %v (longest)", took[len(took)/2], took[len(took)-1])
	if longest := took[len(took)-1]; longest > 100*time.Millisecond+busy {
		t.Errorf("visible in all replicas after %v, want 100 ms at most", longest)
	}
}
