package server

import (
	"compress/gzip"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is how many bytes an answer has that is worth compressing: the
// schema as the explorer asks for it, of which gzip leaves a tenth, rather than a
// page of records.
const compressFrom = 64 << 10

// compressed has long answers of next compressed for those who take that. What is
// streamed is of other types, and left as it is.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom),
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.ContentTypes([]string{"application/json", "application/graphql-response+json", "application/graphql"}),
	)
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(next)
}
