-- Joins of the guild before `since` (by Discord's clock) are none of ours. A guild that was known before is watched
-- from when it was last seen.
CREATE TABLE join_watch (
    guild_id BIGINT PRIMARY KEY,
    since    BIGINT NOT NULL
);
INSERT INTO join_watch (guild_id, since) SELECT guild_id, updated_at FROM guild;

-- The youngest event, by Discord's clock, of those whose effects are stored. Outlives the session.
CREATE TABLE shard_heard (
    shard_count BIGINT NOT NULL,
    shard_id    BIGINT NOT NULL,
    heard_until BIGINT NOT NULL,
    PRIMARY KEY (shard_count, shard_id)
);
INSERT INTO shard_heard (shard_count, shard_id, heard_until)
    SELECT shard_count, shard_id, updated_at FROM gateway_session;

-- Guilds whose members are to be looked through for joins that were missed, and how far that has come.
CREATE TABLE missed_search (
    guild_id      BIGINT PRIMARY KEY,
    since         BIGINT NOT NULL,
    after_user_id BIGINT NOT NULL DEFAULT 0,
    -- The new session tells of the guild's joins.
    is_there      BOOLEAN NOT NULL DEFAULT FALSE,
    -- By our clock.
    next_at       BIGINT NOT NULL DEFAULT 0
);

-- A pending welcome that is not due until its member has passed membership screening.
ALTER TABLE welcome ADD COLUMN in_screening BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX welcome_in_screening ON welcome (guild_id, user_id) WHERE in_screening;
