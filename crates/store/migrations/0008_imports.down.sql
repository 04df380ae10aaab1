DROP TABLE import_setting;
DROP TABLE import_day;
DROP TABLE import_meter;
DROP TABLE import;
