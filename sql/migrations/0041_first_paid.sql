-- Payments when they became paid for the first time: a gateway can take money back and give it again.
CREATE VIEW first_paid_rows AS
SELECT paid.id, paid.payment_id, paid.at, paid.actor
FROM events AS paid
WHERE paid.what = 'payment'
    AND paid.to_word = 'paid'
    AND NOT EXISTS (
        SELECT 1
        FROM events AS earlier
        WHERE earlier.payment_id = paid.payment_id
            AND earlier.id < paid.id
            AND earlier.what = 'payment'
            AND earlier.to_word = 'paid'
    );
