package hubspot

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// An answer is the envelope that all of HubSpot's lists share. Single answers
// (200) and mixed ones (207) are read alike, because HubSpot has been seen to
// put errors in both.
type answer struct {
	status    string // of a batch: COMPLETE, or what went wrong
	total     int    // of a search
	counted   bool   // there is a total
	after     string
	numErrors int
	errors    int    // items in errors[]
	failed    *Error // the first item that is more than an absence
	results   bool
}

// decodeAnswer reads an envelope, calling item with the decoder at each result.
// Items that say that something is absent are dropped: the caller sees it by
// the absence. Any other fails the whole, so that nothing is lost unnoticed.
func decodeAnswer(d *jsontext.Decoder, item func() error) (*answer, error) {
	var a answer
	if d.PeekKind() != '{' {
		_, err := d.ReadToken()
		return nil, firstError(err, errMalformed)
	}
	err := object(d, func(name []byte) (err error) {
		switch string(name) {
		case "results":
			a.results = d.PeekKind() == '['
			return array(d, item)
		case "paging":
			a.after, err = nextAfter(d)
		case "total":
			a.counted = d.PeekKind() != 'n'
			a.total, err = count(d)
		case "status":
			a.status, err = looseMember(d)
		case "numErrors":
			a.numErrors, err = count(d)
		case "errors":
			return array(d, func() error { return a.itemError(d) })
		default:
			return d.SkipValue()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &a, a.check()
}

func (a *answer) check() error {
	switch {
	case a.failed != nil:
		return a.failed
	case a.status != "" && a.status != "COMPLETE":
		return &Error{Kind: ErrUnavailable, Message: "HubSpot's batch ended as " + shorten(a.status)}
	case a.numErrors > 0 && a.errors == 0:
		return &Error{Kind: ErrUnavailable, Message: "HubSpot counts " + strconv.Itoa(a.numErrors) + " errors and names none"}
	case !a.results:
		return errMalformed
	}
	return nil
}

// itemError reads one item of errors[].
func (a *answer) itemError(d *jsontext.Decoder) error {
	a.errors++
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if e := parseRefusal(raw); a.failed == nil && e.Category != categoryNotFound {
		e.Kind = kindOfCategory(e.Category)
		e.Message = firstText(e.Message, "a part of the batch failed")
		a.failed = e
	}
	return nil
}

// count reads a number that is not negative.
func count(d *jsontext.Decoder) (int, error) {
	s, err := text(d)
	if err != nil || s == "" {
		return 0, err
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, errMalformed
	}
	return n, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
