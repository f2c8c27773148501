-- The ids of the latest case and the latest refund.
SELECT
    (SELECT COALESCE(max(id), 0) FROM cases) AS last_case,
    (SELECT COALESCE(max(id), 0) FROM refunds) AS last_refund
