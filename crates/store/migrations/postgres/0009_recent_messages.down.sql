ALTER TABLE gateway_session DROP COLUMN recent_messages;
