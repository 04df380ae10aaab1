//! The application: what happens between Discord's gateway and a welcome in a channel.
//!
//! Knows no SQL and no HTTP: it joins `discord`, `store` and `card` by the rules of `domain`. Start reading at [`run`],
//! which starts everything and stops it, then `shard_loop`, from an event to a committed row, then `greeter`, from the
//! row to the message, and `plan`, how each guild wants it.

mod access_news;
mod app;
mod backgrounds;
pub mod backups;
mod card_design;
pub mod clock;
mod commands;
pub mod control;
mod courtesies;
mod greeter;
mod housekeeping;
pub mod latency;
mod leadership;
mod level_roles;
mod missed;
mod patience;
mod people;
mod plan;
mod policy;
mod portrait;
mod reports;
mod rescoring;
mod said_once;
pub mod settings;
mod shard_loop;
mod tally;
mod timing;
mod traces;
mod welcome_ids;

pub use app::{Fatal, Parts, run, run_under_control};
pub use card_design::{CardDesign, CardWords};
pub use commands::{Catalogued, catalogue};
pub use patience::Patience;
pub use policy::{RaidPolicy, WelcomePolicy};
pub use tally::{COMMAND_GROUPS, CommandOutcome, KindCounts, Tally, TallySnapshot};
pub use timing::Timing;
