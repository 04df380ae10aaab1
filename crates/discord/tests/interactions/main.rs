//! Commands, components and modals over real sockets, against the simulator, which is as strict as Discord.

mod access;
mod answers;
mod failures;
mod hostile;
mod registration;
mod scene;
#[path = "../rest/script.rs"]
mod script;
#[path = "../rest/sim_client.rs"]
mod sim_client;
mod windows;
