-- Times are Unix milliseconds. Ids are Discord's unsigned 64 bits, stored as the signed number of the same bits.

CREATE TABLE guild (
    guild_id          INTEGER PRIMARY KEY,
    name              TEXT NOT NULL,
    locale            TEXT NOT NULL,
    system_channel_id INTEGER,
    member_count      INTEGER CHECK (member_count >= 0),
    updated_at        INTEGER NOT NULL
) STRICT;

-- An episode of membership and the welcome that belongs to it: the outbox and its history.
CREATE TABLE welcome (
    -- The nonce of the message; sorts by the time at which the row was made.
    id               INTEGER PRIMARY KEY,
    guild_id         INTEGER NOT NULL,
    user_id          INTEGER NOT NULL,
    username         TEXT NOT NULL,
    global_name      TEXT,
    nick             TEXT,
    discriminator    INTEGER NOT NULL,
    avatar           TEXT,
    guild_avatar     TEXT,
    bot              INTEGER NOT NULL CHECK (bot IN (0, 1)),
    joined_at        INTEGER NOT NULL,
    queued_at        INTEGER NOT NULL,
    member_number    INTEGER,
    state            TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'skipped')),
    skip_reason      TEXT,
    -- A leave was seen after the row was made.
    has_left         INTEGER NOT NULL DEFAULT 0 CHECK (has_left IN (0, 1)),
    attempts         INTEGER NOT NULL DEFAULT 0,
    -- An attempt before the latest one has an unknown outcome.
    in_doubt         INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),
    first_attempt_at INTEGER,
    next_attempt_at  INTEGER NOT NULL,
    channel_id       INTEGER,
    message_id       INTEGER,
    settled_at       INTEGER,
    -- Two processes that see the same join queue one welcome.
    UNIQUE (guild_id, user_id, joined_at),
    CHECK ((state = 'skipped') = (skip_reason IS NOT NULL)),
    CHECK ((state IN ('sent', 'skipped')) = (settled_at IS NOT NULL)),
    CHECK (state <> 'sending' OR first_attempt_at IS NOT NULL),
    CHECK (state NOT IN ('sending', 'sent') OR channel_id IS NOT NULL)
) STRICT;

-- SQLite ends every index with the row's id: these find a member's last row and a guild's newest ones.
CREATE INDEX welcome_by_member ON welcome (guild_id, user_id);
CREATE INDEX welcome_by_guild ON welcome (guild_id);
CREATE INDEX welcome_due ON welcome (next_attempt_at, guild_id) WHERE state IN ('pending', 'sending');

-- Where each shard's session is resumed; committed with the effects of the events before it.
CREATE TABLE gateway_session (
    shard_count INTEGER NOT NULL,
    shard_id    INTEGER NOT NULL,
    session_id  TEXT NOT NULL,
    resume_url  TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (shard_count, shard_id)
) STRICT, WITHOUT ROWID;
