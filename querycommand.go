package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/hubgraph/hubgraph/internal/config"
)

// query runs one query in this process, as a request to /graphql would run, and
// prints the answer. The error says that the answer has errors.
func (p *program) query(ctx context.Context, c config.Command) error {
	body, err := p.queryBody(c)
	if err != nil {
		return err
	}
	g, closeIt, err := p.openPortal(ctx, c.Config)
	if err != nil {
		return err
	}
	defer closeIt()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.RemoteAddr = "127.0.0.1:0"
	answer := &bufferedAnswer{header: make(http.Header)}
	g.ServeGraphQL(answer, req)

	var shown bytes.Buffer
	if err := json.Indent(&shown, answer.body.Bytes(), "", "  "); err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	shown.WriteByte('\n')
	if _, err := shown.WriteTo(p.stdout); err != nil {
		return err
	}
	var has struct{ Errors []json.RawMessage }
	if err := json.Unmarshal(answer.body.Bytes(), &has); err != nil {
		return err
	}
	if n := len(has.Errors); n > 0 {
		return fmt.Errorf("the answer has errors: %d", n)
	}
	return nil
}

// queryBody is the request for the query that the command names.
func (p *program) queryBody(c config.Command) ([]byte, error) {
	query, err := p.queryText(c)
	if err != nil {
		return nil, err
	}
	request := struct {
		Query         string          `json:"query"`
		Variables     json.RawMessage `json:"variables,omitempty"`
		OperationName string          `json:"operationName,omitempty"`
	}{Query: query, OperationName: c.Operation}
	if c.Variables != "" {
		request.Variables = json.RawMessage(c.Variables)
	}
	body, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("--variables is not JSON such as {\"id\": \"51\"}: %w", err)
	}
	return body, nil
}

func (p *program) queryText(c config.Command) (string, error) {
	switch {
	case c.File != "" && c.Query != "":
		return "", errors.New("there are two queries: leave out --file or the argument")
	case c.File != "":
		text, err := os.ReadFile(c.File)
		return string(text), err
	case c.Query != "" && c.Query != "-":
		return c.Query, nil
	}
	text, err := io.ReadAll(p.stdin)
	if err == nil && len(bytes.TrimSpace(text)) == 0 {
		err = errors.New("no query: give it as an argument, with --file, or on standard input")
	}
	return string(text), err
}

// A bufferedAnswer keeps what a handler writes.
type bufferedAnswer struct {
	header http.Header
	body   bytes.Buffer
}

func (b *bufferedAnswer) Header() http.Header { return b.header }

func (b *bufferedAnswer) Write(p []byte) (int, error) { return b.body.Write(p) }

func (b *bufferedAnswer) WriteHeader(int) {}
