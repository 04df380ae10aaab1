-- Which of the processes over this database is the bot: one row. A term is never had twice, and is that of whoever led
-- last; it leads until `until`, as long as the connection of `backend` lives.
CREATE TABLE leadership (
    term    BIGINT NOT NULL,
    backend INTEGER NOT NULL,
    until   TIMESTAMPTZ NOT NULL
);
INSERT INTO leadership VALUES (0, 0, '-infinity');
