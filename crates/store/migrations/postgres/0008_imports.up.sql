-- What was brought over from other bots, and from which files.
CREATE TABLE import (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source    TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- SHA-256 in small hexadecimal digits.
    file_hash TEXT NOT NULL,
    at        BIGINT NOT NULL,
    undone_at BIGINT
);

-- What an import made of a member's meter, and what it was before, where there was one. Goes with the meter: what is
-- erased of a member is erased here.
CREATE TABLE import_meter (
    guild_id        BIGINT NOT NULL,
    user_id         BIGINT NOT NULL,
    import_id       BIGINT NOT NULL REFERENCES import (id),
    base_before     BIGINT,
    base_at_before  BIGINT,
    first_at_before BIGINT,
    last_at_before  BIGINT,
    gained_before   BIGINT,
    recent_before   BIGINT,
    base            BIGINT NOT NULL,
    base_at         BIGINT NOT NULL,
    first_at        BIGINT NOT NULL,
    last_at         BIGINT NOT NULL,
    gained          BIGINT NOT NULL,
    recent          BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id, import_id),
    FOREIGN KEY (guild_id, user_id) REFERENCES activity_meter (guild_id, user_id) ON DELETE CASCADE
);
CREATE INDEX import_meter_by_import ON import_meter (import_id);

-- The messages that it added to a day, and so to the day's month.
CREATE TABLE import_day (
    guild_id  BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    day       INTEGER NOT NULL,
    messages  BIGINT NOT NULL CHECK (messages > 0),
    PRIMARY KEY (guild_id, user_id, import_id, day),
    FOREIGN KEY (guild_id, user_id, import_id) REFERENCES import_meter (guild_id, user_id, import_id) ON DELETE CASCADE
);

-- The settings that it set.
CREATE TABLE import_setting (
    import_id BIGINT NOT NULL REFERENCES import (id),
    guild_id  BIGINT NOT NULL,
    field     TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (import_id, guild_id, field)
);
