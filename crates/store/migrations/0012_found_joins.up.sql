-- The member was found in the guild's list, and the gateway has not told of the join yet: a leave that it tells before may be
-- that of an earlier stay.
ALTER TABLE welcome ADD COLUMN untold INTEGER NOT NULL DEFAULT 0 CHECK (untold IN (0, 1));
