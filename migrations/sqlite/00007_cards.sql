-- +goose Up

-- What came of showing a smart card, on its way to the service's own address, for
-- half a minute.
CREATE TABLE card_tickets (
    hash       blob PRIMARY KEY,
    state_hash blob NOT NULL,
    subject    text NOT NULL,
    refused    text NOT NULL,
    begun_at   text NOT NULL
) STRICT;
CREATE INDEX card_tickets_begun ON card_tickets (begun_at);

-- +goose Down
DROP TABLE card_tickets;
