-- When a mail last named something new, in one row.
SELECT told_at
FROM last_mail
