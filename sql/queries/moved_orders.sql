-- Orders by what became of them between two moments, each once in each line: how many, and their totals. An order that was placed then is in the line of its own, whatever its status.
SELECT line, count(*) AS orders, CAST(sum(total) AS BIGINT) AS total
FROM (
    SELECT DISTINCT
        moved.order_id,
        CASE WHEN moved.rule = 'O1' THEN 'placed' ELSE moved.to_word END AS line,
        orders.total
    FROM events AS moved
    JOIN orders ON orders.id = moved.order_id
    WHERE moved.id >= $1
        AND moved.id <= $2
        AND moved.at >= $3
        AND moved.at < $4
        AND moved.what = 'order'
        AND moved.to_word IS NOT NULL
) AS of_period
GROUP BY line
ORDER BY line
