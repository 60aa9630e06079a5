-- Times are microseconds since 1970, UTC; 0 is none. sealed_by is the ID of the key
-- that the row's texts are sealed with; 0 where there are none.

-- +goose Up
CREATE TABLE hubgraph_connections (
    portal_id        INTEGER PRIMARY KEY,
    kind             TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    hub_domain       TEXT    NOT NULL,
    scopes           TEXT    NOT NULL,
    connected_by     TEXT    NOT NULL,
    connected_at     INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    lifetime_seconds INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    access_token     BLOB,
    refresh_token    BLOB,
    sealed_by        INTEGER NOT NULL
) STRICT;
CREATE INDEX hubgraph_connections_sealed_by ON hubgraph_connections (sealed_by, portal_id);

CREATE TABLE hubgraph_snapshots (
    portal_id INTEGER PRIMARY KEY REFERENCES hubgraph_connections ON DELETE CASCADE,
    taken_at  INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    sealed_by INTEGER NOT NULL,
    body      BLOB    NOT NULL -- last, so that the others are read without it
) STRICT;
CREATE INDEX hubgraph_snapshots_sealed_by ON hubgraph_snapshots (sealed_by, portal_id);

-- +goose Down
DROP TABLE hubgraph_snapshots;
DROP TABLE hubgraph_connections;
