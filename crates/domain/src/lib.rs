//! The words and rules of droas: plain data and pure functions.
//!
//! Knows no I/O, no async, no SQL and no JSON of Discord; the clock is an argument. Start reading at [`event`], what
//! Discord tells us, then [`join`], when somebody is greeted, then [`effect`], what must be stored for it. What a guild's admins
//! choose is in [`settings`], the words of a welcome are in [`template`] and [`words`]; how active members are is in
//! [`activity`], what messages in threads do not tell in [`thread`], what is told of it all each day in [`report`].

pub mod activity;
pub mod asset;
pub mod day;
pub mod effect;
pub mod event;
pub mod guild;
pub mod histogram;
pub mod id;
pub mod join;
pub mod language;
pub mod member;
pub mod report;
pub mod settings;
pub mod shard;
pub mod template;
pub mod thread;
pub mod time;
pub mod welcome;
pub mod words;
pub mod zone;
