DROP TABLE gateway_session;
DROP TABLE welcome;
DROP TABLE guild;
