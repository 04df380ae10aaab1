-- Guilds that have roles for levels, or have members who may still have one, and when somebody must look at them next.
CREATE TABLE level_role_guild (
    guild_id BIGINT PRIMARY KEY REFERENCES guild_config (guild_id) ON DELETE CASCADE,
    due_at   BIGINT NOT NULL
);
CREATE INDEX level_role_guild_due ON level_role_guild (due_at);

-- The roles that members have from us.
CREATE TABLE level_role (
    guild_id BIGINT NOT NULL REFERENCES guild_config (guild_id) ON DELETE CASCADE,
    user_id  BIGINT NOT NULL,
    role_id  BIGINT NOT NULL,
    -- 'giving': perhaps they have it. 'gone': it was to be given, and they were no member.
    state    TEXT NOT NULL CHECK (state IN ('giving', 'given', 'gone')),
    at       BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id, role_id)
);

-- Guilds that chose roles before are looked at first.
INSERT INTO level_role_guild (guild_id, due_at)
    SELECT guild_id, 0 FROM guild_config WHERE settings::json ->> 'activity.level-roles' IS NOT NULL;
