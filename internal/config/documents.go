package config

import (
	"errors"
	"slices"
)

// DocumentsFlags are the flags of [Documents].
type DocumentsFlags struct {
	TrustedDocuments     *string `name:"trusted-documents" variable:"HUBGRAPH_TRUSTED_DOCUMENTS" placeholder:"FILES" help:"Files of trusted documents, separated by commas, as graphql-codegen and Relay write them."`
	TrustedDocumentsMode *string `name:"trusted-documents-mode" variable:"HUBGRAPH_TRUSTED_DOCUMENTS_MODE" standard:"off" placeholder:"MODE" help:"off lets all other documents through, log logs them, enforce refuses them."`
	PersistedQueryBytes  *string `name:"persisted-query-bytes" variable:"HUBGRAPH_PERSISTED_QUERY_BYTES" standard:"16777216" placeholder:"BYTES" help:"Most memory that automatically persisted queries take; 0 keeps none."`
}

// Documents is which documents requests may name, and which they may send.
type Documents struct {
	// Files are manifests of trusted documents; nil is none.
	// --trusted-documents, HUBGRAPH_TRUSTED_DOCUMENTS, none.
	Files []string
	// Mode is what becomes of other documents: "off" and "log" let them
	// through, "enforce" does not. --trusted-documents-mode,
	// HUBGRAPH_TRUSTED_DOCUMENTS_MODE, off.
	Mode string
	// CacheBytes is about how much memory automatically persisted queries may
	// take; 0 keeps none. --persisted-query-bytes,
	// HUBGRAPH_PERSISTED_QUERY_BYTES, 16 MiB.
	CacheBytes int
}

func (s *settings) documents() Documents {
	d := Documents{
		Files:      convert(s, "trusted-documents", files),
		Mode:       convert(s, "trusted-documents-mode", oneOf("off", "log", "enforce")),
		CacheBytes: int(convert(s, "persisted-query-bytes", offOrBytes(bytesFrom(1<<16)))),
	}
	if slices.Contains([]string{"log", "enforce"}, d.Mode) && s.settings["trusted-documents"].value == "" {
		s.mistake("%s is %q, and no document is trusted: name their files with %s",
			s.settings["trusted-documents-mode"].names(), d.Mode, s.settings["trusted-documents"].names())
	}
	return d
}

func files(v string) ([]string, error) {
	names, err := list(v)
	if err != nil {
		return nil, errors.New("must be files separated by single commas, such as web.json,mobile.json")
	}
	return names, nil
}

// offOrBytes takes "0" beside what parse takes.
func offOrBytes(parse func(string) (int64, error)) func(string) (int64, error) {
	return func(v string) (int64, error) {
		if v == off {
			return 0, nil
		}
		n, err := parse(v)
		if err != nil {
			return 0, errors.New(err.Error() + ", or 0 for none")
		}
		return n, nil
	}
}
