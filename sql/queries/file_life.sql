-- Which life of the shop the file is, and whether it is held.
SELECT life, held_as_of, restored_at, replaced_file, released_at, told_at
FROM file_life
WHERE id = 1
