-- Makes a gateway account known that nothing has been asked of yet.
INSERT INTO gateways (name)
VALUES ($1)
ON CONFLICT DO NOTHING
