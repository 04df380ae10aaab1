-- The last messages of people that the shard's session told, eight bytes each, so that one which is told twice is known
-- after a restart too.
ALTER TABLE gateway_session ADD COLUMN recent_messages BYTEA NOT NULL DEFAULT '';
