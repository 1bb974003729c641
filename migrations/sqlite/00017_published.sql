-- +goose Up

-- Figures of the report that were published: once, and not changed afterwards.
-- What is hidden of them is not in here.
CREATE TABLE published_reports (
    first_day    text PRIMARY KEY,
    last_day     text NOT NULL,
    published_on text NOT NULL,
    content      text NOT NULL
) STRICT;

-- +goose Down
DROP TABLE published_reports;
