-- Guilds that have daily reports, and when somebody must look whether one is to be made.
CREATE TABLE activity_report_schedule (
    guild_id INTEGER PRIMARY KEY REFERENCES guild_config (guild_id) ON DELETE CASCADE,
    -- One more with each change.
    revision INTEGER NOT NULL,
    due_at   INTEGER NOT NULL,
    -- The first day that is not dealt with, as days since 1970-01-01; NULL before the first look.
    next_day INTEGER
) STRICT;
CREATE INDEX activity_report_schedule_due ON activity_report_schedule (due_at);

-- The outbox of reports and its history: one for each guild and day.
CREATE TABLE activity_report (
    guild_id         INTEGER NOT NULL,
    day              INTEGER NOT NULL,
    due_at           INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'posted', 'skipped')),
    skip_reason      TEXT,
    -- An attempt before the latest one may have posted it.
    in_doubt         INTEGER NOT NULL DEFAULT 0,
    attempts         INTEGER NOT NULL DEFAULT 0,
    channel_id       INTEGER,
    message_id       INTEGER,
    first_attempt_at INTEGER,
    next_attempt_at  INTEGER NOT NULL,
    settled_at       INTEGER,
    PRIMARY KEY (guild_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_report_due ON activity_report (next_attempt_at) WHERE state IN ('pending', 'sending');
CREATE INDEX activity_report_settled ON activity_report (settled_at) WHERE settled_at IS NOT NULL;

-- Guilds that chose a channel before are looked at first.
INSERT INTO activity_report_schedule (guild_id, revision, due_at)
    SELECT guild_id, 1, 0 FROM guild_config WHERE json_extract(settings, '$."activity.report-channel"') IS NOT NULL;
