package hubspottest

import (
	"encoding/json"
	"time"
)

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always encodes
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendPaging appends the paging member of a page that has a next one. The
// link is of no use to a caller, as HubSpot's can be: it names another host
// and version, and lacks the cursor.
func appendPaging(b []byte, after string) []byte {
	b = append(b, `"paging":{"next":{"after":`...)
	b = appendString(b, after)
	return append(b, `,"link":"https://api.hubspot.invalid/crm/v1/objects?after=0"}}`...)
}

// appendBatchEnd closes a batch answer whose results are written: it appends
// the errors, if any, and the times, and tells the status code.
func appendBatchEnd(b []byte, started time.Time, errors [][]byte) response {
	status := 200
	if len(errors) > 0 {
		status = 207
		b = append(b, `,"numErrors":`...)
		b = appendInt(b, int64(len(errors)))
		b = append(b, `,"errors":[`...)
		for i, e := range errors {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, e...)
		}
		b = append(b, ']')
	}
	b = append(b, `,"startedAt":`...)
	b = appendString(b, timestamp(started))
	b = append(b, `,"completedAt":`...)
	b = appendString(b, timestamp(time.Now()))
	return response{status, append(b, '}')}
}

// encode answers 200 with a value as JSON.
func encode(v any) response {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // the portal's own types encode
	}
	return response{200, body}
}
