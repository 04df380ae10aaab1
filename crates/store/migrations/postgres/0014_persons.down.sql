DROP INDEX level_role_by_user;
DROP INDEX config_audit_by_user;
