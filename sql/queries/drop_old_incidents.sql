-- Forgets incidents that were over long ago.
DELETE FROM incidents WHERE ended_at < $1 AND over_told_at IS NOT NULL
