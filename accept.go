package main

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// accepted is the media type to answer in: the one that the client likes best,
// by the weights and then the order of its Accept header, and plain JSON for
// clients that do not care or can read neither. Types that the gateway does not
// speak are passed over: some clients list text/event-stream on every request.
//
// Source: https://graphql.github.io/graphql-over-http/draft/#sec-Accept
func accepted(r *http.Request) string {
	best, weight := mediaJSON, 0.0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch mediaType {
		case mediaResponse:
		case mediaJSON, "application/*", "*/*":
			mediaType = mediaJSON
		default:
			continue
		}
		if q := quality(params); q > weight {
			best, weight = mediaType, q
		}
	}
	return best
}

// quality is the weight of a media range: 1 unless it says otherwise.
func quality(params map[string]string) float64 {
	text, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return q
}
