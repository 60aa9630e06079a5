-- Times are microseconds since 1970, UTC; 0 is none. sealed_by is the ID of the key
-- that the row's texts are sealed with; 0 where there are none.

-- +goose Up
CREATE TABLE hubgraph_connections (
    portal_id        BIGINT PRIMARY KEY,
    kind             TEXT   NOT NULL,
    state            TEXT   NOT NULL,
    reason           TEXT   NOT NULL,
    hub_domain       TEXT   NOT NULL,
    scopes           TEXT   NOT NULL,
    connected_by     TEXT   NOT NULL,
    connected_at     BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    lifetime_seconds BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    access_token     BYTEA,
    refresh_token    BYTEA,
    sealed_by        BIGINT NOT NULL
);
CREATE INDEX hubgraph_connections_sealed_by ON hubgraph_connections (sealed_by, portal_id);

CREATE TABLE hubgraph_snapshots (
    portal_id BIGINT PRIMARY KEY REFERENCES hubgraph_connections ON DELETE CASCADE,
    taken_at  BIGINT NOT NULL,
    version   BIGINT NOT NULL,
    body      BYTEA  NOT NULL,
    sealed_by BIGINT NOT NULL
);
CREATE INDEX hubgraph_snapshots_sealed_by ON hubgraph_snapshots (sealed_by, portal_id);
-- What is sealed does not get smaller.
ALTER TABLE hubgraph_snapshots ALTER COLUMN body SET STORAGE EXTERNAL;

-- +goose Down
DROP TABLE hubgraph_snapshots;
DROP TABLE hubgraph_connections;
