//! What must survive: the outbox of welcomes, what is known of guilds, their settings, how active their members are, and the
//! gateway's checkpoints.
//!
//! Knows the words of [`domain`], but not the rules that lead to an effect, and nothing of Discord's wire or of who
//! calls it. The clock is an argument. Start reading at [`Store`], then [`Batch`]: the one transaction that writes what
//! events changed together with the sequence up to which they are done.
//!
//! Behind [`Store`] stands SQLite (`sqlite`) or PostgreSQL (`postgres`), each an arm of the private enum in `store`. Both
//! run the same suite of tests (`tests/suite/contract`).

mod activity;
mod batch;
mod error;
mod imports;
mod level_roles;
mod migration;
mod options;
mod outbox;
mod person;
mod postgres;
mod report;
mod retry;
mod search;
mod settings;
mod sqlite;
mod stats;
mod store;
mod trouble;
pub mod upkeep;

pub use activity::{Board, DayTotal, ErasedMember, MemberRecord, Ranked, Standing};
pub use batch::{Batch, Checkpoint, CheckpointChange, Committed};
pub use domain::shard::ShardKey;
pub use error::{OpenError, ServerError, StoreError};
pub use imports::{Import, ImportRecord, ImportSource, Imported, ImportedMember, Undone, UnknownSource};
pub use level_roles::{GivenRole, GivenState};
pub use options::{Place, StoreOptions};
pub use outbox::{CountedWelcomes, OutboxCounts, Outcome};
pub use person::{ChangeMade, ImportedOfMember};
pub use postgres::{PostgresUrl, UrlError};
pub use report::ReportSchedule;
pub use retry::RetryProfile;
pub use search::Search;
pub use settings::{Asset, AssetDeletion, SettingsChange, SettingsChanges, SettingsNews, SettingsOutcome};
pub use stats::StoreStats;
pub use store::Store;
pub use store::figures::{DatabaseSize, OpenWelcomes};
pub use store::imports::{import_records, preview_import, preview_undo};
pub use trouble::{DatabaseLost, Trouble};
