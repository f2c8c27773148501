-- Some gateways' messages name a payment by nothing but their own id of the try.
CREATE INDEX payments_by_transaction_id ON payments (gateway, transaction_id) WHERE transaction_id IS NOT NULL;
