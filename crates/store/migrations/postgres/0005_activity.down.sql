DROP INDEX welcome_by_user;
DROP TABLE activity_monthly;
DROP TABLE activity_daily;
DROP TABLE activity_meter;
