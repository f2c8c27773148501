-- By what people look for orders: words of numbers, names and addresses, and parts of phone numbers, each folded as a
-- search folds what is typed. What is personal goes when the customer is erased.
CREATE TABLE order_terms (
    term TEXT NOT NULL,
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    PRIMARY KEY (term, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_terms_by_order ON order_terms (order_id);

CREATE TABLE customer_terms (
    term TEXT NOT NULL,
    kind TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    PRIMARY KEY (term, kind, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_terms_by_customer ON customer_terms (customer_id);

CREATE INDEX orders_by_total ON orders (total, id);

-- A list calls a customer by the name, or else by an address.
DROP VIEW order_rows;
CREATE VIEW order_rows AS
SELECT
    id, number, status, total, waived, created_at, expires_at, version,
    (SELECT customers.name FROM customers WHERE customers.id = orders.customer_id) AS customer_name,
    (SELECT customers.email FROM customers WHERE customers.id = orders.customer_id) AS customer_email,
    (SELECT customers.phone FROM customers WHERE customers.id = orders.customer_id) AS customer_phone,
    (SELECT CAST(COALESCE(sum(order_lines.quantity), 0) AS BIGINT)
       FROM order_lines WHERE order_lines.order_id = orders.id) AS units,
    (SELECT CAST(count(*) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS payments,
    (SELECT CAST(COALESCE(sum(payments.received), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id AND payments.status IN ('paid', 'mismatch')) AS received,
    (SELECT CAST(COALESCE(sum(payments.refunded + payments.charged_back), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS gone_back,
    (SELECT CAST(count(*) AS BIGINT)
       FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL) AS open_cases,
    (SELECT asked_amounts.amount FROM asked_amounts WHERE asked_amounts.order_id = orders.id) AS asked
FROM orders;
