-- Whether a person's own command left something behind that this person must still be told of.
SELECT
    EXISTS (SELECT 1 FROM cases WHERE resolved_at IS NULL AND told_at IS NULL AND run_id = $1)
    OR EXISTS (SELECT 1 FROM refunds WHERE status IN ('due', 'approved') AND told_at IS NULL AND run_id = $1) AS has_untold
