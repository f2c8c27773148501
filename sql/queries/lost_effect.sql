-- What an effect said that was done in a life that was lost.
SELECT output, output_cut
FROM lost_effects
WHERE key = $1
