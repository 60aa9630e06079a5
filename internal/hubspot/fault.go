package hubspot

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"
)

// lost explains a call whose answer never came, or not whole. ctx is the
// caller's. The text of the cause is left out: it holds addresses.
func lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return contextError(ctx.Err())
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	e := &Error{Kind: ErrUnavailable, transient: true, cause: err}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case isTimeout(err):
		e.Kind, e.Message = ErrTimeout, "HubSpot did not answer in time"
	case errors.As(err, &dns):
		e.Message = "HubSpot's host name could not be resolved"
	case errors.As(err, &cert):
		e.Message, e.transient = "HubSpot's certificate is not trusted", false
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Message = "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Message = "the connection was reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Message = "the connection was closed before the answer was complete"
	default:
		e.Message = "the connection failed"
	}
	return e
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// contextError gives the end of ctx its kind: a deadline is ErrTimeout, a
// cancel stays context.Canceled. Other errors pass.
func contextError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		if _, typed := errors.AsType[*Error](err); !typed {
			return &Error{Kind: ErrTimeout, Message: "the deadline passed before HubSpot answered", cause: context.DeadlineExceeded}
		}
	}
	return err
}
