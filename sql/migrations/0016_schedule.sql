-- Who is least recently asked, of those who are not due, is found in the index alone.
DROP INDEX payments_to_ask;
CREATE INDEX payments_to_ask ON payments (gateway, last_asked_at, id, next_check_at) WHERE next_check_at IS NOT NULL;

-- When it was last told that questions were due for two runs and were not reached.
ALTER TABLE gateways ADD COLUMN left_told_at INTEGER;
