//! The steps of the schema, which each database has in words of its own.

/// A step of the schema. Its number is its place in the list, from 1.
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    /// From the version before.
    pub(crate) up: &'static str,
    /// Back to the version before.
    pub(crate) down: &'static str,
}

/// All steps, from a folder, named from the file that asks and with a slash at its end. One that was released never
/// changes, and a version means the same in every database.
macro_rules! migrations {
    ($folder:literal) => {
        $crate::migration::migrations!($folder;
            "outbox" = "0001_outbox",
            "missed joins" = "0002_missed_joins",
            "raids" = "0003_raids",
            "settings" = "0004_settings",
            "activity" = "0005_activity",
            "daily reports" = "0006_reports",
            "level roles" = "0007_level_roles",
            "imports" = "0008_imports",
            "recent messages" = "0009_recent_messages",
            "rescores" = "0010_rescores",
        )
    };
    ($folder:literal; $($name:literal = $file:literal,)+) => {
        &[$($crate::migration::Migration {
            name: $name,
            up: include_str!(concat!($folder, $file, ".up.sql")),
            down: include_str!(concat!($folder, $file, ".down.sql")),
        },)+]
    };
}
pub(crate) use migrations;

/// The version that a list of steps leads to.
pub(crate) fn newest(migrations: &[Migration]) -> u32 {
    u32::try_from(migrations.len()).expect("a list in the source is short")
}
