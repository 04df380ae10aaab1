DROP TABLE activity_report;
DROP TABLE activity_report_schedule;
