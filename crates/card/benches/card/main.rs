//! What a card costs: CPU time, bytes, memory and start-up, whole and by stages, beside the programs of others.
//!
//! `cargo bench -p card --bench card` prints tables in Markdown; `scripts/bench-card` lets Pillow and @napi-rs/canvas draw
//! the same card in the same run, and writes the tables into the papers. Start reading at `compare`.

#![allow(clippy::print_stdout, reason = "a bench's output is its result")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod figures;
mod inputs;
mod ours;
mod peers;
mod report;
mod stages;

use std::path::PathBuf;

use figures::Way;
use peers::Peer;

/// What the command line asks for.
struct Wanted {
    peers: Vec<Peer>,
    /// Where the peers are started.
    peer_folder: Option<PathBuf>,
    /// The paper that the tables are written into, beside being printed.
    write: Option<PathBuf>,
    rounds: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, way, format, cards, inputs, out] = arguments.as_slice()
        && first == "--ours"
    {
        let way = way.parse::<Way>().expect("warm or cold");
        let cards = cards.parse().expect("a number of cards");
        return ours::run(way, format, cards, inputs.as_ref(), out.as_ref());
    }
    compare(&wanted(arguments.into_iter()));
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Wanted {
    let mut wanted = Wanted {
        peers: Vec::new(),
        peer_folder: None,
        write: None,
        rounds: 5,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("each option has a value");
        match argument.as_str() {
            "--peer" => wanted.peers.push(Peer::read(&value())),
            "--peer-folder" => wanted.peer_folder = Some(value().into()),
            "--write" => wanted.write = Some(value().into()),
            "--rounds" => wanted.rounds = value().parse::<usize>().expect("a number of rounds").max(1),
            // What cargo tells every bench.
            "--bench" => {}
            other => panic!("no option is called {other}"),
        }
    }
    wanted
}

fn compare(wanted: &Wanted) {
    let folder = peers::folder();
    inputs::write(&folder);
    let mut drawers = vec![Peer::ours()];
    drawers.extend(wanted.peers.iter().cloned());
    let contests = peers::contest(&drawers, &folder, wanted.peer_folder.as_deref(), wanted.rounds);
    let stages = stages::measure(&folder, wanted.rounds);
    let report = report::markdown(&contests, &stages, wanted.rounds);
    println!("{report}");
    if let Some(paper) = &wanted.write {
        report::write(paper, &report);
    }
}
