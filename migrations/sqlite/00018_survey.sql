-- +goose Up

-- The rounds of the professionals' survey.
CREATE TABLE survey_rounds (
    id        text PRIMARY KEY,
    name      text NOT NULL,
    from_day  text NOT NULL,
    to_day    text NOT NULL,
    last_day  text NOT NULL,
    units     text NOT NULL, -- codes with a space between them
    version   integer NOT NULL,
    digest    text NOT NULL,
    opened_on text NOT NULL,
    closed_on text,
    asked     integer NOT NULL
) STRICT;

-- What was answered, in boxes. Nothing in a row tells whose it is or when it came:
-- all rows of a round are written anew with each answer. See docs/adr/0041.
CREATE TABLE survey_answers (
    id       text PRIMARY KEY,
    round_id text NOT NULL REFERENCES survey_rounds (id),
    sealed   blob NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_answers_round ON survey_answers (round_id);

-- Who has answered a round that is open. The marks go when it is closed, so they
-- need no reference to the users.
CREATE TABLE survey_marks (
    round_id text NOT NULL REFERENCES survey_rounds (id),
    user_id  text NOT NULL,
    PRIMARY KEY (round_id, user_id)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE survey_marks;
DROP TABLE survey_answers;
DROP TABLE survey_rounds;
