-- What was brought over from other bots, and from which files.
CREATE TABLE import (
    id        INTEGER PRIMARY KEY,
    source    TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- SHA-256 in small hexadecimal digits.
    file_hash TEXT NOT NULL,
    at        INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

-- What an import made of a member's meter, and what it was before, where there was one. Goes with the meter: what is
-- erased of a member is erased here.
CREATE TABLE import_meter (
    guild_id        INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    import_id       INTEGER NOT NULL REFERENCES import (id),
    base_before     INTEGER,
    base_at_before  INTEGER,
    first_at_before INTEGER,
    last_at_before  INTEGER,
    gained_before   INTEGER,
    recent_before   INTEGER,
    base            INTEGER NOT NULL,
    base_at         INTEGER NOT NULL,
    first_at        INTEGER NOT NULL,
    last_at         INTEGER NOT NULL,
    gained          INTEGER NOT NULL,
    recent          INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id, import_id),
    FOREIGN KEY (guild_id, user_id) REFERENCES activity_meter (guild_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX import_meter_by_import ON import_meter (import_id);

-- The messages that it added to a day, and so to the day's month.
CREATE TABLE import_day (
    guild_id  INTEGER NOT NULL,
    user_id   INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    messages  INTEGER NOT NULL CHECK (messages > 0),
    PRIMARY KEY (guild_id, user_id, import_id, day),
    FOREIGN KEY (guild_id, user_id, import_id) REFERENCES import_meter (guild_id, user_id, import_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The settings that it set.
CREATE TABLE import_setting (
    import_id INTEGER NOT NULL REFERENCES import (id),
    guild_id  INTEGER NOT NULL,
    field     TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (import_id, guild_id, field)
) STRICT, WITHOUT ROWID;
