-- Bank references that were used more than once, for money that came in or for money that went back.
SELECT twice.number AS order_number, twice.payment, twice.what
FROM (
    SELECT
        max(orders.number) AS number,
        max(payments.id) AS payment,
        count(*) || ' payments have the bank reference ' || payments.bank_reference AS what
    FROM payments
    LEFT JOIN orders ON orders.id = payments.order_id
    WHERE payments.bank_reference IS NOT NULL
    GROUP BY payments.bank_reference
    HAVING count(*) > 1
    UNION ALL
    SELECT
        max(orders.number) AS number,
        max(refunds.payment_id) AS payment,
        count(*) || ' refunds have the bank reference ' || refunds.bank_reference AS what
    FROM refunds
    LEFT JOIN orders ON orders.id = refunds.order_id
    WHERE refunds.bank_reference IS NOT NULL
    GROUP BY refunds.bank_reference
    HAVING count(*) > 1
) AS twice
LIMIT $1
