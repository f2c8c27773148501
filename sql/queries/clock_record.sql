-- What the file records about clocks.
SELECT latest_at, confirmed_at, differs_ms, accepted_at, jumped_at, must_look, must_mend
FROM clock
WHERE id = 1
