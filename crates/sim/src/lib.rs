//! A Discord of our own on loopback: gateway, REST, CDN, with faults drawn from a seed.
//!
//! It serves the demo, the tests and the load tests. It knows Discord's wire formats and nothing of the other crates,
//! so that a wrong belief about the protocol cannot hide on both sides; it says what it checked and where Discord's
//! documentation leaves something open.
//!
//! Start reading at [`driver`], the words that a test speaks; then [`world`], what exists (guilds, people, messages),
//! and how a change of it reaches the gateway's sessions. [`gateway`] and [`rest`] are two doors to the one world,
//! [`wire`] writes its objects as Discord's JSON for both of them, and [`faults`] says what goes wrong. Everything that
//! is shared lies in one [`state::State`], the world behind one lock.

pub mod cdn;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod driver;
pub mod faults;
pub mod gateway;
pub mod record;
pub mod rest;
pub mod server;
pub mod state;
pub mod wire;
pub mod world;
