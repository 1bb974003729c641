-- +goose Up

-- The rounds of the professionals' survey.
CREATE TABLE survey_rounds (
    id        uuid PRIMARY KEY,
    name      text NOT NULL,
    from_day  date NOT NULL,
    to_day    date NOT NULL,
    last_day  date NOT NULL,
    units     text NOT NULL, -- codes with a space between them
    version   integer NOT NULL,
    digest    text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    asked     integer NOT NULL
);

-- What was answered, in boxes. Nothing in a row tells whose it is or when it came:
-- all rows of a round are written anew with each answer. See docs/adr/0041.
CREATE TABLE survey_answers (
    id       uuid PRIMARY KEY,
    round_id uuid NOT NULL REFERENCES survey_rounds (id),
    sealed   bytea NOT NULL
);
CREATE INDEX survey_answers_round ON survey_answers (round_id);

-- Who has answered a round that is open. The marks go when it is closed, so they
-- need no reference to the users.
CREATE TABLE survey_marks (
    round_id uuid NOT NULL REFERENCES survey_rounds (id),
    user_id  uuid NOT NULL,
    PRIMARY KEY (round_id, user_id)
);

-- +goose Down
DROP TABLE survey_marks;
DROP TABLE survey_answers;
DROP TABLE survey_rounds;
