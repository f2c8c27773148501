-- Records that the gateways' clocks confirm this machine's clock.
UPDATE clock
SET confirmed_at = $1, differs_ms = NULL
WHERE id = 1
