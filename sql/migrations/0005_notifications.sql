-- Notifications are found by what is still to be done about them, and counted where nobody vouches for them.
CREATE INDEX notifications_claims ON notifications (payment_id) WHERE claims_money = 1 AND answered_at IS NULL;
CREATE INDEX notifications_nobodys ON notifications (verdict) WHERE payment_id IS NULL;
