-- The channel that each open thread was begun in: a message in a thread does not tell it.
CREATE TABLE guild_thread (
    guild_id  INTEGER NOT NULL,
    thread_id INTEGER NOT NULL,
    parent_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, thread_id)
) STRICT, WITHOUT ROWID;
