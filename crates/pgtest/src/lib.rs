//! A PostgreSQL server of a test's own, made from the programs that are installed: in a temporary folder, on a free port of
//! this machine alone, to be stopped and killed as a test likes. For development only.
//!
//! Knows nothing of droas, and speaks no SQL. Start reading at [`shared`], one server for all tests of a program, and
//! [`Server`], whose tests stop it.
//!
//! Where the programs are not installed, tests of a server do nothing and say so once; with `PGTEST=required` in
//! the environment they fail instead (a name without the prefix of droas's own settings, which refuses names that it does
//! not know). A server dies with the program that started it, however that ends, and its folder
//! goes with it: a shell waits at the end of a pipe whose other end nobody but that program holds.

mod programs;
mod server;
mod watcher;

use std::io::Write;
use std::sync::OnceLock;

use programs::Programs;
pub use server::{Database, Server};

/// The server that all tests of this program share, each with a [`Database`] of its own. `None` where no server can be had.
///
/// # Panics
/// When the programs are there and do not work.
pub fn shared() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    SHARED.get_or_init(Server::start).as_ref()
}

/// The installed programs; says once that there are none.
fn installed() -> Option<&'static Programs> {
    static INSTALLED: OnceLock<Option<Programs>> = OnceLock::new();
    INSTALLED
        .get_or_init(|| {
            let found = Programs::find();
            if found.is_none() {
                let missing = "no PostgreSQL programs found; install Debian's `postgresql`";
                assert!(
                    std::env::var_os("PGTEST").is_none_or(|word| word != "required"),
                    "{missing}"
                );
                // Past the test harness, which would keep it to itself.
                let _ = writeln!(std::io::stderr(), "skipped: {missing}");
            }
            found
        })
        .as_ref()
}
