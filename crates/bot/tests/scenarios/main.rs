//! What people see in their channels, whatever Discord does: the bot against the simulator, over real sockets, with a
//! real database.

mod activity;
mod clock_jumps;
mod commands;
mod courtesies;
mod failures;
mod greeting;
mod harness;
mod level_roles;
mod missed_joins;
mod own_greetings;
mod parking;
mod raids;
mod reports;
mod screening;
mod sessions;
mod stalls;
mod taken_ids;
mod web;
