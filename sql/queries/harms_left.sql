-- The kinds of damage by older versions for which the file is not searched to the end, with the progress.
SELECT kind, after_id
FROM harms
WHERE done_at IS NULL
ORDER BY kind
