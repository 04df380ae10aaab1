-- What names a person is found by the person, whatever the guild: what they changed, and which roles they have from us.
CREATE INDEX config_audit_by_user ON config_audit (by_user, id) WHERE by_user IS NOT NULL;
CREATE INDEX level_role_by_user ON level_role (user_id);
