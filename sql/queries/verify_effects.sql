-- Effect keys shared by two effects, and effects done more often than their order was paid.
SELECT twice.number AS order_number, NULL AS payment, twice.what
FROM (
    SELECT max(orders.number) AS number, count(*) || ' effects have the key ' || effects.key AS what
    FROM effects
    LEFT JOIN orders ON orders.id = effects.order_id
    GROUP BY effects.key
    HAVING count(*) > 1
    UNION ALL
    SELECT
        orders.number,
        done.hook || ' was done ' || done.times || ' times for the order' AS what
    FROM (
        SELECT effects.order_id, effects.hook, count(*) AS times
        FROM effects
        WHERE effects.status = 'done' AND effects.occasion = 'paid'
        GROUP BY effects.order_id, effects.hook
        HAVING count(*) > 1
    ) AS done
    LEFT JOIN orders ON orders.id = done.order_id
    WHERE done.times > (
        SELECT count(*)
        FROM events
        WHERE events.order_id = done.order_id AND events.what = 'order' AND events.to_word = 'paid'
    )
) AS twice
LIMIT $1
