-- How much waits for a person: open cases, and refunds that are due.
SELECT
    (SELECT count(*) FROM cases WHERE resolved_at IS NULL) AS cases,
    (SELECT count(*) FROM refunds WHERE status IN ('due', 'approved', 'sent', 'unknown', 'failed') AND status = 'due') AS refunds_due
