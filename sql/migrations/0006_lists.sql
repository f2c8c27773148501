-- What lists ask for is rare among what is kept: questions that are open, orders of rare statuses, effects that are not over.
CREATE INDEX cases_unresolved ON cases (id) WHERE resolved_at IS NULL;
CREATE INDEX orders_rare ON orders (status, id) WHERE status IN ('paid', 'cancelled', 'refunded');
CREATE INDEX effects_unfinished ON effects (id) WHERE status NOT IN ('done', 'cancelled');
