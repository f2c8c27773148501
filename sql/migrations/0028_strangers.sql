-- Signed word of money under references that nothing here has is a question for a person, once.
INSERT INTO case_kinds (word) VALUES ('unknown_order');
ALTER TABLE notifications ADD COLUMN stated_amount INTEGER;
ALTER TABLE notifications ADD COLUMN asked_about_at INTEGER;
CREATE INDEX notifications_of_strangers ON notifications (gateway, received_at)
    WHERE verdict = 'unknown_order' AND claims_money = 1 AND payment_id IS NULL AND asked_about_at IS NULL;
