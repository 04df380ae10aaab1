DROP TABLE level_role;
DROP TABLE level_role_guild;
