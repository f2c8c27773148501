-- Adds a gateway account that was never queried.
INSERT INTO gateways (name)
VALUES ($1)
ON CONFLICT DO NOTHING
