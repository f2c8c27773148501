-- The last case and the last refund that were written down.
SELECT
    (SELECT COALESCE(max(id), 0) FROM cases) AS last_case,
    (SELECT COALESCE(max(id), 0) FROM refunds) AS last_refund
