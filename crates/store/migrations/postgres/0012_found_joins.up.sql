-- The member was found in the guild's list, and the gateway has not told of the join yet: a leave that it tells before may be
-- that of an earlier stay.
ALTER TABLE welcome ADD COLUMN untold BOOLEAN NOT NULL DEFAULT FALSE;
