-- The channel that each open thread was begun in: a message in a thread does not tell it.
CREATE TABLE guild_thread (
    guild_id  BIGINT NOT NULL,
    thread_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    PRIMARY KEY (guild_id, thread_id)
);
