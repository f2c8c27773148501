-- Whether a person's own command has left something behind that this person is still to be told of.
SELECT
    EXISTS (SELECT 1 FROM cases WHERE resolved_at IS NULL AND told_at IS NULL AND run_id = $1)
    OR EXISTS (SELECT 1 FROM refunds WHERE status IN ('due', 'approved') AND told_at IS NULL AND run_id = $1)
