//! The databases that are measured beside each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Place, Store, StoreOptions};
use tokio_postgres::{Client, NoTls};

/// What the kernel counts the time of processes in.
const TICK: Duration = Duration::from_millis(10);

pub(crate) enum Database {
    File(PathBuf),
    /// The URL of a database on a server of this machine.
    Server(String),
}

impl Database {
    /// As one process names it to another.
    pub(crate) fn named(argument: &str) -> Self {
        if argument.starts_with("postgres://") {
            Self::Server(argument.to_owned())
        } else {
            Self::File(PathBuf::from(argument))
        }
    }

    pub(crate) fn argument(&self) -> &str {
        match self {
            Self::File(path) => path.to_str().expect("the folder of the build is named in UTF-8"),
            Self::Server(url) => url,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "SQLite",
            Self::Server(_) => "PostgreSQL",
        }
    }

    pub(crate) async fn open(&self) -> Store {
        let place = match self {
            Self::File(path) => Place::File(path.clone()),
            Self::Server(url) => Place::Server(url.parse().expect("a URL")),
        };
        Store::open(&StoreOptions::in_place(place)).await.expect("opens")
    }

    /// The time that the server's processes have worked, on all cores; `None` for a file, whose work is this process's own.
    pub(crate) async fn server_cpu_time(&self) -> Option<Duration> {
        let Self::Server(url) = self else { return None };
        let row = connect(url)
            .await
            .query_one("SELECT pg_backend_pid()", &[])
            .await
            .expect("it knows its number");
        let server = Process::read(Path::new(&format!("/proc/{}", row.get::<_, i32>(0))))
            .expect("it runs on this machine")
            .parent;
        let all = fs::read_dir("/proc").expect("Linux").flatten();
        let worked = all
            .filter_map(|entry| Process::read(&entry.path()))
            .filter(|process| process.id == server || process.parent == server)
            .map(|process| process.ticks)
            .sum();
        Some(TICK * worked)
    }
}

/// A connection without the store.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("it listens");
    tokio::spawn(connection);
    client
}

struct Process {
    id: u32,
    parent: u32,
    /// With those of its children that have ended.
    ticks: u32,
}

impl Process {
    fn read(folder: &Path) -> Option<Self> {
        let stat = fs::read_to_string(folder.join("stat")).ok()?;
        let id = folder.file_name()?.to_str()?.parse().ok()?;
        // The name before the bracket may hold anything; fields are counted as in proc(5), the state is the third.
        let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<u32>().ok();
        Some(Self {
            id,
            parent: field(4)?,
            ticks: field(14)? + field(15)? + field(16)? + field(17)?,
        })
    }
}
