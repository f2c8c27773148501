-- Whether any payment belongs to a gateway of this name.
SELECT EXISTS (SELECT 1 FROM payments WHERE gateway = $1) AS has_payments
