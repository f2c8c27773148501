-- Records that the gateways' clocks contradict this machine's clock.
UPDATE clock
SET differs_ms = $1
WHERE id = 1
