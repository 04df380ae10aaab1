//! The bot as a process against the simulator as another, and what becomes of the welcomes when it is killed.

mod kills;
mod programs;
mod stops;
