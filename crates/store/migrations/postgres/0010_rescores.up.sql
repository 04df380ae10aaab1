-- Guilds whose rules were changed since the scores of their members were reckoned by them, and the version of the
-- settings that did.
CREATE TABLE activity_rescore (
    guild_id BIGINT PRIMARY KEY REFERENCES guild_config (guild_id) ON DELETE CASCADE,
    version  BIGINT NOT NULL
);
