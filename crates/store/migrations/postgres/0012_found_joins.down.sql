ALTER TABLE welcome DROP COLUMN untold;
