-- Times are Unix milliseconds. Ids are Discord's unsigned 64 bits, stored as the signed number of the same bits.

CREATE TABLE guild (
    guild_id          BIGINT PRIMARY KEY,
    name              TEXT NOT NULL,
    locale            TEXT NOT NULL,
    system_channel_id BIGINT,
    member_count      BIGINT CHECK (member_count >= 0),
    updated_at        BIGINT NOT NULL
);

-- An episode of membership and the welcome that belongs to it: the outbox and its history.
CREATE TABLE welcome (
    -- The nonce of the message; sorts by the time at which the row was made.
    id               BIGINT PRIMARY KEY,
    guild_id         BIGINT NOT NULL,
    user_id          BIGINT NOT NULL,
    username         TEXT NOT NULL,
    global_name      TEXT,
    nick             TEXT,
    discriminator    BIGINT NOT NULL,
    avatar           TEXT,
    guild_avatar     TEXT,
    bot              BOOLEAN NOT NULL,
    joined_at        BIGINT NOT NULL,
    queued_at        BIGINT NOT NULL,
    member_number    BIGINT,
    state            TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'skipped')),
    skip_reason      TEXT,
    -- A leave was seen after the row was made.
    has_left         BOOLEAN NOT NULL DEFAULT FALSE,
    attempts         BIGINT NOT NULL DEFAULT 0,
    -- An attempt before the latest one has an unknown outcome.
    in_doubt         BOOLEAN NOT NULL DEFAULT FALSE,
    first_attempt_at BIGINT,
    next_attempt_at  BIGINT NOT NULL,
    channel_id       BIGINT,
    message_id       BIGINT,
    settled_at       BIGINT,
    -- Two processes that see the same join queue one welcome.
    UNIQUE (guild_id, user_id, joined_at),
    CHECK ((state = 'skipped') = (skip_reason IS NOT NULL)),
    CHECK ((state IN ('sent', 'skipped')) = (settled_at IS NOT NULL)),
    CHECK (state <> 'sending' OR first_attempt_at IS NOT NULL),
    CHECK (state NOT IN ('sending', 'sent') OR channel_id IS NOT NULL)
);

-- These find a member's last row and a guild's newest ones.
CREATE INDEX welcome_by_member ON welcome (guild_id, user_id, id);
CREATE INDEX welcome_by_guild ON welcome (guild_id, id);
CREATE INDEX welcome_due ON welcome (next_attempt_at, guild_id, id) WHERE state IN ('pending', 'sending');

-- Where each shard's session is resumed; committed with the effects of the events before it.
CREATE TABLE gateway_session (
    shard_count BIGINT NOT NULL,
    shard_id    BIGINT NOT NULL,
    session_id  TEXT NOT NULL,
    resume_url  TEXT NOT NULL,
    sequence    BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (shard_count, shard_id)
);
