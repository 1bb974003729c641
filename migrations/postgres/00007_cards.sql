-- +goose Up

-- What came of showing a smart card, on its way to the service's own address, for
-- half a minute.
CREATE TABLE card_tickets (
    hash       bytea PRIMARY KEY,
    state_hash bytea NOT NULL,
    subject    text NOT NULL,
    refused    text NOT NULL,
    begun_at   timestamptz NOT NULL
);
CREATE INDEX card_tickets_begun ON card_tickets (begun_at);

-- +goose Down
DROP TABLE card_tickets;
