package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a child that serves HTTP.
type process struct {
	address

	cmd    *exec.Cmd
	stdin  io.Closer
	log    bytes.Buffer // its standard error, complete once it has exited
	exited chan struct{}
}

// spawn starts a program whose standard input stays open for as long as this
// one lives. Call watch when its standard output is read.
func (b *bench) spawn(path string, env []string, args ...string) (p *process, stdout io.Reader, err error) {
	p = &process{cmd: exec.CommandContext(b.ctx, path, args...), exited: make(chan struct{})} //nolint:gosec // our own programs
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.log
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, nil, err
	}
	if stdout, err = p.cmd.StdoutPipe(); err != nil {
		return nil, nil, err
	}
	if err = p.cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return p, stdout, nil
}

// watch notices the end of the process.
func (p *process) watch() {
	go func() {
		_ = p.cmd.Wait() // however it ends
		close(p.exited)
	}()
}

// selfWith starts this program in another role.
func (b *bench) selfWith(args ...string) (*process, io.Reader, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	return b.spawn(path, nil, args...)
}

// self is selfWith that waits until the program serves.
func (b *bench) self(args ...string) (*process, error) {
	p, stdout, err := b.selfWith(args...)
	if err != nil {
		return nil, err
	}
	err = json.NewDecoder(stdout).Decode(&p.address)
	p.watch()
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start %s: %w: %s", args[0], err, p.log.String())
	}
	return p, nil
}

// startPortal serves a fake portal.
func (b *bench) startPortal(plan portalPlan) (*process, error) { return b.self(plan.args()...) }

// noLimit lifts the limits of a server where calls are not what is scarce.
const noLimit = 100_000

// startPeer serves the hand-written server in front of the portal.
func (b *bench) startPeer(portal *process, wait time.Duration, limit int) (*process, error) {
	return b.self("peer", "-url", portal.URL, "-token", portal.Token, "-wait", wait.String(), "-limit", strconv.Itoa(limit))
}

// startGateway starts hubgraph in front of the portal, with its limits lifted
// unless args set them. It listens, but may not serve yet: requests wait.
func (b *bench) startGateway(portal *process, args ...string) (*process, error) {
	limit := strconv.Itoa(noLimit)
	args = append([]string{"--burst-limit", limit, "--association-limit", limit, "--search-limit", "1000", "--max-calls", "1000", "--log-level", "warn"}, args...)
	return b.startHubgraph(portal, []string{"HUBSPOT_ACCESS_TOKEN=" + portal.Token, "HUBSPOT_CLIENT_SECRET=" + webhookSecret}, args...)
}

// startHubgraph starts hubgraph in front of the portal on a free port, as it
// starts by default but for env and args.
func (b *bench) startHubgraph(portal *process, env []string, args ...string) (*process, error) {
	ln, err := (&net.ListenConfig{}).Listen(b.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	p, _, err := b.spawn(b.gateway, env, append([]string{"--addr", addr, "--hubspot-url", portal.URL}, args...)...)
	if err != nil {
		return nil, err
	}
	p.watch()
	p.URL = "http://" + addr + "/graphql"
	return p, nil
}

// ready waits until the gateway serves.
func (p *process) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		_, err := post(ctx, p.URL, query{text: "{ __typename }"}.body())
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("the gateway has ended: %s", p.log.String())
		case <-ctx.Done():
			return fmt.Errorf("the gateway does not serve: %w", err)
		case <-time.After(time.Millisecond):
		}
	}
}

// stop ends the child and waits for its end.
func (p *process) stop() {
	_ = p.stdin.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // fails if it has ended, which is as well
	<-p.exited
}

// cpu is the CPU time that the process has used, user and system.
//
// Source: proc_pid_stat(5), fields 14 and 15, in ticks of 10 ms.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(text), ") ") // behind the name, which may hold spaces
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0, errors.New("/proc/PID/stat is cut short")
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// memory is what the process holds now and held at most, in bytes: VmRSS and
// VmHWM.
func (p *process) memory() (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		kib, err := strconv.ParseInt(fields[1], 10, 64)
		switch {
		case fields[0] == "VmRSS:" && err == nil:
			now = kib << 10
		case fields[0] == "VmHWM:" && err == nil:
			peak = kib << 10
		}
	}
	if now == 0 || peak == 0 {
		return 0, 0, errors.New("/proc/PID/status tells no memory")
	}
	return now, peak, nil
}

// forgetPeak makes what the process holds now its peak.
func (p *process) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0)
}

// observed is what the portal saw since it was asked before.
func (p *process) observed(ctx context.Context) (observation, error) {
	var seen observation
	text, err := post(ctx, p.URL+"/bench/observed", nil)
	if err != nil {
		return seen, err
	}
	return seen, json.Unmarshal(text, &seen)
}

// client keeps a connection for every client of a scenario.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// answerBytes is room for most answers: growing is not what is measured.
const answerBytes = 512 << 10

// post sends a body and reads the answer, which must be a success without
// GraphQL errors.
func post(ctx context.Context, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return send(req)
}

// get reads what is at a URL.
func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return send(req)
}

func send(req *http.Request) ([]byte, error) {
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var answer bytes.Buffer
	answer.Grow(answerBytes)
	if _, err := answer.ReadFrom(res.Body); err != nil {
		return nil, err
	}
	text := answer.Bytes()
	if res.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors":`)) {
		return nil, fmt.Errorf("status %d: %.500s", res.StatusCode, text)
	}
	return text, nil
}
