DROP TABLE activity_rescore;
