-- One effect.
SELECT * FROM effect_rows
WHERE id = $1
