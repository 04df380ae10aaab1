//! The steps of the schema, which each database has in words of its own.

/// A step of the schema. Its number is its place in the list, from 1.
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    /// From the version before.
    pub(crate) up: &'static str,
    /// Back to the version before.
    pub(crate) down: &'static str,
    /// What is lost on the way back, for the operator, as the end of a sentence.
    pub(crate) lost: &'static str,
}

/// All steps, from a folder, named from the file that asks and with a slash at its end. One that was released never
/// changes, and a version means the same in every database.
macro_rules! migrations {
    ($folder:literal) => {
        $crate::migration::migrations!($folder;
            "outbox" = "0001_outbox"
                losing "everything",
            "missed joins" = "0002_missed_joins"
                losing "how far members were looked for who joined while the bot could not listen; whoever waits for membership screening is greeted without it",
            "raids" = "0003_raids"
                losing "which channels are closed to the bot; the history tells of welcomes that were held back, or whose fate is not known, that they were stale",
            "settings" = "0004_settings"
                losing "what servers have set, who changed it, and which pictures they gave",
            "activity" = "0005_activity"
                losing "the scores and the counted messages of all members",
            "daily reports" = "0006_reports"
                losing "which daily reports were posted and which wait",
            "level roles" = "0007_level_roles"
                losing "which roles the bot gave to whom for their level; members keep the roles",
            "imports" = "0008_imports"
                losing "what it takes to take imports back; what they brought stays",
            "recent messages" = "0009_recent_messages"
                losing "which messages the bot counted last; one that Discord tells again may be counted twice",
            "rescores" = "0010_rescores"
                losing "which servers' scores are still to be reckoned by changed rules; they stay as they are",
            "activity journal" = "0011_activity_journal"
                losing "nothing; what waited in it is counted before",
            "found joins" = "0012_found_joins"
                losing "of which members the bot knows from a list alone; one who came back just then may not be greeted",
            "threads" = "0013_threads"
                losing "which channels threads belong to; a thread counts as a channel of its own until Discord tells of it again",
            "persons" = "0014_persons"
                losing "nothing; what names one person is found more slowly",
            "leadership" = "0015_leadership"
                losing "nothing; several processes over one database do not know of each other",
        )
    };
    ($folder:literal; $($name:literal = $file:literal losing $lost:literal,)+) => {
        &[$($crate::migration::Migration {
            name: $name,
            up: include_str!(concat!($folder, $file, ".up.sql")),
            down: include_str!(concat!($folder, $file, ".down.sql")),
            lost: $lost,
        },)+]
    };
}
pub(crate) use migrations;

/// The version that a list of steps leads to.
pub(crate) fn newest(migrations: &[Migration]) -> u32 {
    u32::try_from(migrations.len()).expect("a list in the source is short")
}
