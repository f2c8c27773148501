-- Orders that money revived between two moments after their end: how many, and their totals.
SELECT count(*) AS orders, CAST(COALESCE(sum(total), 0) AS BIGINT) AS total
FROM (
    SELECT DISTINCT late.order_id, orders.total
    FROM events AS late
    JOIN orders ON orders.id = late.order_id
    WHERE late.id >= $1
        AND late.id <= $2
        AND late.at >= $3
        AND late.at < $4
        AND late.what = 'order'
        AND late.rule = 'O9'
) AS of_period
