-- +goose Up

-- Figures of the report that were published: once, and not changed afterwards.
-- What is hidden of them is not in here.
CREATE TABLE published_reports (
    first_day    date PRIMARY KEY,
    last_day     date NOT NULL,
    published_on date NOT NULL,
    content      jsonb NOT NULL
);

-- +goose Down
DROP TABLE published_reports;
