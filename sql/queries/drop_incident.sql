-- Forgets an incident that was over before it was news.
DELETE FROM incidents WHERE id = $1
