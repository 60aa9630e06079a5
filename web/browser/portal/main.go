// Command portal serves a HubSpot account of 20,000 properties for the tests of
// the pages, at an address that it prints. POST /test/property?name=x to it gives
// contacts one property more.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// size comes to 20,000 properties with the standard types.
var size = hubspottest.Size{CustomObjects: 10, Properties: 480, Records: 5}

func main() {
	portal := hubspottest.Grown(hubspottest.Options{Unlimited: true}, size)
	mux := http.NewServeMux()
	mux.Handle("/", portal)
	mux.HandleFunc("POST /test/property", func(_ http.ResponseWriter, r *http.Request) {
		portal.DefineProperty("contacts", hubspottest.Property{Name: r.FormValue("name"), Label: "Made by a test", Type: "string"})
	})
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", ln.Addr())
	log.Fatal((&http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}).Serve(ln))
}
