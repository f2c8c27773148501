-- When a mail last named something new.
SELECT told_at
FROM last_mail
WHERE id = 1
