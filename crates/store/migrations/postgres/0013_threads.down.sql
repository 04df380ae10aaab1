DROP TABLE guild_thread;
