-- Why something was decided: a code with its parameters, for programs, beside the words for people. `params` is a JSON
-- object. Older rows have words only, and so has what was written by people since forgotten.
ALTER TABLE events ADD COLUMN code TEXT;
ALTER TABLE events ADD COLUMN params TEXT CHECK ((params IS NULL) = (code IS NULL));
ALTER TABLE refunds ADD COLUMN code TEXT;
ALTER TABLE refunds ADD COLUMN params TEXT CHECK ((params IS NULL) = (code IS NULL));
-- What a case asks, and why it was closed.
ALTER TABLE cases ADD COLUMN code TEXT;
ALTER TABLE cases ADD COLUMN params TEXT CHECK ((params IS NULL) = (code IS NULL));
ALTER TABLE cases ADD COLUMN reason_code TEXT;
ALTER TABLE cases ADD COLUMN reason_params TEXT CHECK ((reason_params IS NULL) = (reason_code IS NULL));
