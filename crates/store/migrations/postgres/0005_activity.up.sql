-- How active each member is. Scores are whole numbers, of which 36,000,000 make a point.
CREATE TABLE activity_meter (
    guild_id     BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    -- The score before the burst of messages, and the last message before it.
    base         BIGINT NOT NULL,
    base_at      BIGINT NOT NULL,
    -- The burst, and what it gained.
    first_at     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    gained       BIGINT NOT NULL,
    -- Three bits for each of the last 21 stretches of the cooldown, the youngest lowest.
    recent       BIGINT NOT NULL,
    -- What follows from the others and the guild's rules: the score at the last message, and when it will have faded.
    score        BIGINT NOT NULL,
    fades_out_at BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id)
);
CREATE INDEX activity_meter_board ON activity_meter (guild_id, fades_out_at, score, user_id);
-- Finds what is known of a person in all guilds.
CREATE INDEX activity_meter_by_user ON activity_meter (user_id, guild_id);

-- Messages by the day of the guild's own zone, in days since 1970-01-01.
CREATE TABLE activity_daily (
    guild_id BIGINT NOT NULL,
    day      INTEGER NOT NULL,
    user_id  BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (guild_id, day, user_id)
);
CREATE INDEX activity_daily_board ON activity_daily (guild_id, day, messages DESC, user_id);

-- The same by month, in months since January of the year 0. Months stay when their days are forgotten.
CREATE TABLE activity_monthly (
    guild_id BIGINT NOT NULL,
    month    INTEGER NOT NULL,
    user_id  BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (guild_id, month, user_id)
);
CREATE INDEX activity_monthly_board ON activity_monthly (guild_id, month, messages DESC, user_id);

CREATE INDEX welcome_by_user ON welcome (user_id);
