-- +goose Up

-- report_rows is in migration 00022 here.
SELECT 1;

-- +goose Down
SELECT 1;
