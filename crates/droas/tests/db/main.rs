//! `droas db`, as an operator calls it, beside a bot that runs and without one.

mod files;
mod restores;
mod scene;
mod schema;
