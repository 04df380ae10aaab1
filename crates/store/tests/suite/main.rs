//! What a store promises: `contract` for every database, `sqlite` for what only a file can go through.

mod contract;
mod sqlite;
