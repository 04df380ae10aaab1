DROP TABLE config_audit;
DROP TABLE guild_config;
DROP TABLE background_asset;
