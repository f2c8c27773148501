-- Orders of which a word of the number lies between two texts, the last words first.
SELECT order_terms.order_id, order_terms.term
FROM order_terms
WHERE order_terms.term >= $1
    AND order_terms.term < $2
ORDER BY order_terms.term DESC, order_terms.order_id DESC
LIMIT $3
