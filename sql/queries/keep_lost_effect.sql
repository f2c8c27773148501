-- Remembers an effect that was done in a life that was lost.
INSERT INTO lost_effects (key, order_id, output, output_cut)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET output = excluded.output, output_cut = excluded.output_cut
