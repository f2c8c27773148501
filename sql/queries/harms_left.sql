-- The kinds of harm by older versions for which the file was not gone through to its end, and how far it was.
SELECT kind, after_id
FROM harms
WHERE done_at IS NULL
ORDER BY kind
