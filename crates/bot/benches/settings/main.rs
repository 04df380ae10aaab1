//! What the settings of guilds cost: loading a million of them, asking for one, changing one; and how often they are found
//! in a cache that holds a part of them. Prints Markdown. Each measurement of memory runs in a process of its own.

mod changes;
mod figures;
mod guilds;
mod memory;
mod zipf;

use std::env;
use std::path::Path;
use std::process::Command;

use figures::{first_line_of, machine, print};

fn main() {
    let arguments: Vec<_> = env::args().collect();
    // As the first process calls the others.
    if let Some(at) = arguments.iter().position(|argument| argument == "--part") {
        let (part, database) = (&arguments[at + 1], Path::new(&arguments[at + 2]));
        return match part.as_str() {
            "ours" => memory::ours(database),
            "moka" => memory::moka(database),
            "moka-packed" => memory::moka_packed(database),
            "changes" => changes::measure(database),
            "zipf" => zipf::measure(database),
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
    let database = folder.path().join("droas.sqlite");
    guilds::write(&database);
    print(
        "| kept in | MB of memory | by its own count | bytes a guild | load s | CPU s | get by Zipf, ns p50 / p99 | get any, ns p50 / p99 |",
    );
    print("|---|---|---|---|---|---|---|---|");
    for part in ["ours", "moka-packed", "moka"] {
        run(part, &database);
    }
    print("\n| Zipf over a million guilds, 2,000,000 gets | entries | hits % | the best that there is % |");
    print("|---|---|---|---|");
    run("zipf", &database);
    print("\n| | tries | p50 µs | p99 µs | tries a second | s in all |");
    print("|---|---|---|---|---|---|");
    run("changes", &database);
}

fn run(part: &str, database: &Path) {
    let ended = Command::new(env::current_exe().expect("this program"))
        .args(["--part", part])
        .arg(database)
        .status()
        .expect("this program runs");
    assert!(ended.success(), "{part} failed");
}
