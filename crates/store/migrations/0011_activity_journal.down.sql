-- What waited in it was counted before this step.
DROP TABLE activity_journal;
