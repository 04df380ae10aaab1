//! REST, the CDN, the records and the control API, seen by a plain HTTP client.

mod cdn;
mod client;
mod commands;
mod control;
mod edges;
mod faults;
mod guilds;
mod interactions;
mod limits;
mod messages;
mod permissions;
mod records;
mod roles;
mod third_party;

use client::Client;
