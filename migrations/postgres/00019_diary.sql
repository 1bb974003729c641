-- +goose Up

-- What the expert writes down about a trial. It is about no client.
CREATE TABLE diary_entries (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('taking_part', 'dropped_out', 'training', 'support', 'outage', 'launch', 'note')),
    first_day    date NOT NULL,
    last_day     date NOT NULL,
    text         text NOT NULL,
    minutes      integer NOT NULL CHECK (minutes BETWEEN 0 AND 1440),     -- of a session
    with_clients integer NOT NULL CHECK (with_clients BETWEEN 0 AND 1000), -- people new to the sessions
    others       integer NOT NULL CHECK (others BETWEEN 0 AND 1000),
    CONSTRAINT diary_entries_days CHECK (first_day <= last_day)
);
CREATE INDEX diary_entries_order ON diary_entries (first_day, id);

-- +goose Down
DROP TABLE diary_entries;
