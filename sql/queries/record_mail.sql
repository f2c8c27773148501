-- Records when a mail named something new.
INSERT INTO last_mail (id, told_at)
VALUES (1, $1)
ON CONFLICT (id) DO UPDATE
SET told_at = excluded.told_at
