//! What the settings of guilds cost: loading a million of them, asking for one, changing one; and how often they are found
//! in a cache that holds a part of them. Over SQLite and, where its programs are installed, over PostgreSQL. Prints Markdown.
//! Each measurement of memory runs in a process of its own.

mod changes;
mod database;
mod figures;
mod guilds;
mod memory;
mod news;
mod zipf;

use std::env;
use std::process::Command;
use std::time::Instant;

use database::Database;
use figures::{first_line_of, machine, print, seconds};

/// Where the server of tests is quicker or smaller than one that is installed: what it has without our words.
const AS_INSTALLED: &str = "
fsync = on
full_page_writes = on
shared_buffers = 128MB
max_wal_size = 1GB
";

fn main() {
    let arguments: Vec<_> = env::args().collect();
    // As the first process calls the others.
    if let Some(at) = arguments.iter().position(|argument| argument == "--part") {
        let (part, database) = (&arguments[at + 1], Database::named(&arguments[at + 2]));
        return match part.as_str() {
            "ours" => memory::ours(&database),
            "moka" => memory::moka(&database),
            "moka-packed" => memory::moka_packed(&database),
            "changes" => changes::measure(&database),
            "news" => news::measure(&database),
            "listen" => news::listen(&database),
            "zipf" => zipf::measure(&database),
            _ => panic!("no part {part}"),
        };
    }
    print(&format!(
        "Commit {}, {}, {} guilds: language and channel, one in ten with a text of 200 characters\n",
        first_line_of("git", &["rev-parse", "--short", "HEAD"]),
        machine(),
        guilds::COUNT
    ));
    // The folder of the build, not that of temporary files, which may lie in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let file = Database::File(folder.path().join("droas.sqlite"));
    let started = pgtest::Server::start();
    let on_server = started.as_ref().map(|server| {
        server.configure(AS_INSTALLED, &[]);
        server.database()
    });
    let server = on_server
        .as_ref()
        .map(|database| Database::Server(database.url()));
    for database in [Some(&file), server.as_ref()].into_iter().flatten() {
        let begun = Instant::now();
        guilds::write(database);
        print(&format!(
            "{}: written in {} s\n",
            database.name(),
            seconds(Some(begun.elapsed()))
        ));
    }
    if server.is_none() {
        print("PostgreSQL: skipped, its programs are not installed\n");
    }
    print(
        "| kept in | MB of memory | by its own count | bytes a guild | load s | CPU s | of the server | get by Zipf, ns p50 / p99 | get any, ns p50 / p99 |",
    );
    print("|---|---|---|---|---|---|---|---|---|");
    run("ours", Some(&file));
    run("ours", server.as_ref());
    run("moka-packed", Some(&file));
    run("moka", Some(&file));
    print("\n| Zipf over a million guilds, 2,000,000 gets | entries | hits % | the best that there is % |");
    print("|---|---|---|---|");
    run("zipf", Some(&file));
    print("\n| database | | tries | p50 µs | p99 µs | tries a second | s in all | CPU s | of the server |");
    print("|---|---|---|---|---|---|---|---|---|");
    run("changes", Some(&file));
    run("changes", server.as_ref());
    if server.is_some() {
        print("\n| a change is in two other processes' caches | arrivals | p50 µs | p99 µs | longest µs |");
        print("|---|---|---|---|---|");
        run("news", server.as_ref());
    }
}

fn run(part: &str, database: Option<&Database>) {
    let Some(database) = database else { return };
    let ended = Command::new(env::current_exe().expect("this program"))
        .args(["--part", part, database.argument()])
        .status()
        .expect("this program runs");
    assert!(ended.success(), "{part} failed");
}
