DROP TABLE parked;
-- A group whose outcome is unknown cannot be settled without what binds it: better once too few than twice.
UPDATE welcome SET state = 'skipped', skip_reason = 'stale', settled_at = next_attempt_at
    WHERE state = 'sending' AND group_id IS NOT NULL;
UPDATE welcome SET skip_reason = 'stale' WHERE skip_reason IN ('unknown_outcome', 'held_back');
DROP INDEX welcome_waiting;
DROP INDEX welcome_queue;
DROP INDEX welcome_due;
CREATE INDEX welcome_due ON welcome (next_attempt_at, guild_id, id) WHERE state IN ('pending', 'sending');
DROP INDEX welcome_by_group;
ALTER TABLE welcome DROP COLUMN group_id;
