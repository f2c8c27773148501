-- Transfers that were booked more than once in any spelling, unless a person has told them apart.
SELECT twice.number AS order_number, twice.payment, twice.what
FROM (
    -- Booked before spellings were compared.
    SELECT
        coalesce(orders.number, refund_orders.number) AS number,
        coalesce(payments.id, refunds.payment_id) AS payment,
        'the bank reference ' || bank_transfers.reference || ' was used before, as ' || earlier.reference AS what
    FROM bank_transfers
    JOIN bank_transfers AS earlier ON earlier.id = bank_transfers.same_as
    LEFT JOIN payments ON payments.transfer_id = bank_transfers.id
    LEFT JOIN orders ON orders.id = payments.order_id
    LEFT JOIN refunds ON refunds.transfer_id = bank_transfers.id
    LEFT JOIN orders AS refund_orders ON refund_orders.id = refunds.order_id
    WHERE bank_transfers.told_apart = 0
        AND (payments.id IS NOT NULL OR refunds.id IS NOT NULL)
        AND (EXISTS (SELECT 1 FROM payments AS others WHERE others.transfer_id = earlier.id)
            OR EXISTS (SELECT 1 FROM refunds AS others WHERE others.transfer_id = earlier.id))
    UNION ALL
    -- The unique index forbids this.
    SELECT
        max(orders.number),
        max(payments.id),
        count(DISTINCT bank_transfers.id) || ' payments have the bank reference ' || max(bank_transfers.reference)
    FROM bank_transfers
    JOIN payments ON payments.transfer_id = bank_transfers.id
    LEFT JOIN orders ON orders.id = payments.order_id
    WHERE bank_transfers.same_as IS NULL
    GROUP BY bank_transfers.direction, bank_transfers.reference_key, bank_transfers.bank_key
    HAVING count(DISTINCT bank_transfers.id) > 1
    UNION ALL
    -- One transfer pays an order once, and settles one refund.
    SELECT
        max(orders.number),
        max(payments.id),
        count(*) || ' payments of the order have the bank reference ' || max(bank_transfers.reference)
    FROM payments
    JOIN bank_transfers ON bank_transfers.id = payments.transfer_id
    LEFT JOIN orders ON orders.id = payments.order_id
    GROUP BY payments.order_id, payments.transfer_id
    HAVING count(*) > 1
    UNION ALL
    SELECT
        max(orders.number),
        max(refunds.payment_id),
        count(*) || ' refunds have the bank reference ' || max(bank_transfers.reference)
    FROM refunds
    JOIN bank_transfers ON bank_transfers.id = refunds.transfer_id
    LEFT JOIN orders ON orders.id = refunds.order_id
    GROUP BY bank_transfers.direction, bank_transfers.reference_key, bank_transfers.bank_key, bank_transfers.same_as
    HAVING count(*) > 1
) AS twice
LIMIT $1
