-- What is asked about for ever is a question for a person.
INSERT INTO case_kinds (word) VALUES ('unanswered');
CREATE INDEX payments_unsettled ON payments (check_phase, id)
    WHERE check_phase IN ('silent', 'overdue') AND next_check_at IS NOT NULL;
CREATE INDEX cases_by_gateway ON cases (gateway) WHERE gateway IS NOT NULL;
