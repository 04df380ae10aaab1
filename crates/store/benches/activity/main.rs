//! What counting messages costs beside the inserts that a file can do at all, and how long leaderboards of a guild with a
//! million members take. Prints Markdown; each number is the median of the rounds.

mod boards;
mod flushes;
mod machine;
mod measured;

use std::io::{self, Write};

use domain::day::Day;
use domain::time::UnixMs;
use measured::milliseconds;

const ROUNDS: usize = 9;
const NOW: UnixMs = UnixMs(1_790_000_000_000);
const TODAY: Day = Day(20_717);

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", machine::head(ROUNDS))?;
    flushes::of_a_file(&mut out).await?;
    writeln!(out)?;
    if let Some(server) = pgtest::shared() {
        flushes::of_a_server(&mut out, server).await?;
        writeln!(out)?;
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = boards::asked(&boards::file(&folder.path().join("big.sqlite")).await).await;
    let server = match pgtest::shared() {
        Some(server) => {
            let database = server.database();
            Some(boards::asked(&boards::server(&database.url()).await).await)
        }
        None => None,
    };
    writeln!(out, "| a guild with 1,000,000 members | file ms | server ms |")?;
    writeln!(out, "|---|---|---|")?;
    for (index, (name, took)) in file.iter().enumerate() {
        let on_server = server
            .as_ref()
            .map_or_else(|| "-".to_owned(), |all| milliseconds(all[index].1));
        writeln!(out, "| {name} | {} | {on_server} |", milliseconds(*took))?;
    }
    Ok(())
}
