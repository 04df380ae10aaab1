-- Who waits for screening is greeted without it.
UPDATE welcome SET next_attempt_at = queued_at WHERE in_screening AND state = 'pending';
DROP INDEX welcome_in_screening;
ALTER TABLE welcome DROP COLUMN in_screening;
DROP TABLE missed_search;
DROP TABLE shard_heard;
DROP TABLE join_watch;
