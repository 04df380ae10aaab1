//! What a store promises: `contract` for every database, `sqlite` for what only a file can go through, `postgres` for what
//! only a server can.

mod contract;
mod postgres;
mod sqlite;
