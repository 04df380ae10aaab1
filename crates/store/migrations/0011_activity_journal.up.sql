-- Messages that are stored, and not yet counted in the tables of activity: a row for those that were committed together.
CREATE TABLE activity_journal (
    -- In the order in which they came.
    seq      INTEGER PRIMARY KEY,
    -- How the entries are written down.
    encoding INTEGER NOT NULL,
    entries  BLOB NOT NULL
) STRICT;
