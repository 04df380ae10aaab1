-- Welcomes that one message greets together: the id of the first of them, which is the message's nonce.
ALTER TABLE welcome ADD COLUMN group_id BIGINT;
CREATE INDEX welcome_by_group ON welcome (group_id) WHERE group_id IS NOT NULL;

-- What is due is found guild by guild, so that one guild's long queue costs the others nothing.
DROP INDEX welcome_due;
CREATE INDEX welcome_due ON welcome (next_attempt_at) WHERE state IN ('pending', 'sending');
CREATE INDEX welcome_queue ON welcome (guild_id, next_attempt_at, id) WHERE state IN ('pending', 'sending');
CREATE INDEX welcome_waiting ON welcome (queued_at) WHERE state = 'pending';

-- Guilds that cannot be greeted in until somebody mends something.
CREATE TABLE parked (
    guild_id   BIGINT PRIMARY KEY,
    channel_id BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    since      BIGINT NOT NULL
);
