-- Pictures that guilds uploaded. The bytes lie elsewhere, under the same name.
CREATE TABLE background_asset (
    -- SHA-256 in small hexadecimal digits.
    hash       TEXT PRIMARY KEY CHECK (length(hash) = 64),
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    width_px   INTEGER NOT NULL CHECK (width_px > 0),
    height_px  INTEGER NOT NULL CHECK (height_px > 0),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each guild chose; NULL is a choice that was not made.
CREATE TABLE guild_config (
    guild_id        INTEGER PRIMARY KEY,
    version         INTEGER NOT NULL CHECK (version >= 1),
    language        TEXT,
    time_zone       TEXT,
    background_hash TEXT REFERENCES background_asset (hash),
    -- All other fields: a JSON object from a field's name to its text.
    settings        TEXT NOT NULL DEFAULT '{}' CHECK (json_type(settings) = 'object'),
    -- The bot was removed from the guild.
    removed_at      INTEGER,
    updated_at      INTEGER NOT NULL,
    -- NULL is the bot itself.
    updated_by      INTEGER
) STRICT;
CREATE INDEX guild_config_by_background ON guild_config (background_hash) WHERE background_hash IS NOT NULL;
CREATE INDEX guild_config_removed ON guild_config (removed_at) WHERE removed_at IS NOT NULL;

-- Who changed what: a row for each field that a change changed. The index ends with the row's id, so it reads newest first.
CREATE TABLE config_audit (
    id          INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL REFERENCES guild_config (guild_id) ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    by_user     INTEGER,
    field       TEXT NOT NULL,
    before_text TEXT,
    after_text  TEXT
) STRICT;
CREATE INDEX config_audit_by_guild ON config_audit (guild_id);

-- Guilds that are there already begin as one does that the bot joins: with its locale's language.
INSERT INTO guild_config (guild_id, version, language, updated_at)
    SELECT guild_id, 1, CASE WHEN locale IN ('zh-TW', 'zh-CN', 'ja') THEN locale ELSE 'en' END, updated_at FROM guild;
INSERT INTO config_audit (guild_id, version, at, field, after_text)
    SELECT guild_id, version, updated_at, 'language', language FROM guild_config ORDER BY guild_id;
