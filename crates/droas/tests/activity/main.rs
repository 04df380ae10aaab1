//! Messages are counted exactly, whatever dies: the real program against the simulator, over both databases, and a recount
//! that shares nothing with it.

mod crowd;
mod kills;
mod memory;
mod program;
mod recount;
mod scene;
