//! Everyone who draws the card, each in a process of their own, in turns.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::figures::{Figures, Way, median, percentile};

/// Somebody who draws cards: a program that gets the way, the format, how many, the folder of inputs and the file to
/// write, and prints [`Figures`].
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) name: String,
    command: Vec<String>,
    formats: &'static [&'static str],
}

impl Peer {
    pub(crate) fn ours() -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        Self {
            name: "droas".to_owned(),
            command: vec![program.to_string_lossy().into_owned(), "--ours".to_owned()],
            formats: &["jpeg", "png"],
        }
    }

    /// Reads `name=command and arguments`.
    pub(crate) fn read(text: &str) -> Self {
        let (name, command) = text.split_once('=').expect("a name, an equals sign, a command");
        Self {
            name: name.to_owned(),
            command: command.split_whitespace().map(str::to_owned).collect(),
            // Only Pillow lets one choose how hard PNG tries.
            formats: if name.starts_with("Pillow") {
                &["jpeg", "png", "png-fast"]
            } else {
                &["jpeg", "png"]
            },
        }
    }

    fn run(&self, way: Way, format: &str, folder: &Path, started_in: Option<&Path>) -> Figures {
        let out = folder.join(format!(
            "{}-{}-{format}.{}",
            self.name
                .replace(|letter: char| !letter.is_alphanumeric(), "-")
                .trim_matches('-'),
            way.name(),
            &format[..format.len().min(4)].trim_end_matches('-')
        ));
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .args([way.name(), format, &cards(way, format).to_string()])
            .args([folder, &out])
            .stderr(Stdio::inherit());
        if let Some(folder) = started_in {
            command.current_dir(folder);
        }
        let output = command
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        assert!(output.status.success(), "{}: {}", self.name, output.status);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// How many cards a process draws: enough for a p99, or for a second of the slow ones.
fn cards(way: Way, format: &str) -> usize {
    match (way, format) {
        (_, "png") => 12,
        (Way::Warm, _) => 120,
        (Way::Cold, _) => 40,
    }
}

/// What a peer's cards cost in one way and format, over all rounds.
pub(crate) struct Contest {
    pub(crate) name: String,
    pub(crate) way: Way,
    pub(crate) format: &'static str,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) bytes: u64,
    pub(crate) start_ms: f64,
    pub(crate) anonymous_mib: f64,
    pub(crate) peak_mib: f64,
}

/// Below the folder of the build; also holds the last card of each, to be looked at.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the folder lies in that of the build")
        .join("bench-card/pictures")
}

/// Lets all draw in turns, so that a busy machine disturbs them alike.
pub(crate) fn contest(
    peers: &[Peer],
    folder: &Path,
    started_in: Option<&Path>,
    rounds: usize,
) -> Vec<Contest> {
    let entries: Vec<(&Peer, Way, &'static str)> = [Way::Warm, Way::Cold]
        .into_iter()
        .flat_map(|way| peers.iter().map(move |peer| (peer, way)))
        .flat_map(|(peer, way)| peer.formats.iter().map(move |&format| (peer, way, format)))
        .collect();
    let mut figures: Vec<Vec<Figures>> = entries.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((peer, way, format), figures) in entries.iter().zip(&mut figures) {
            figures.push(peer.run(*way, format, folder, started_in));
        }
    }
    entries
        .into_iter()
        .zip(figures)
        .map(|((peer, way, format), rounds)| summary(peer, way, format, &rounds))
        .collect()
}

fn summary(peer: &Peer, way: Way, format: &'static str, rounds: &[Figures]) -> Contest {
    let cards_ms = |share| {
        rounds.iter().map(move |round| {
            let mut cards: Vec<f64> = round.cards_ns.iter().map(|&ns| ns as f64 / 1e6).collect();
            percentile(&mut cards, share)
        })
    };
    let over_rounds = |figure: fn(&Figures) -> f64| median(rounds.iter().map(figure).collect());
    Contest {
        name: peer.name.clone(),
        way,
        format,
        p50_ms: median(cards_ms(0.5).collect()),
        p99_ms: median(cards_ms(0.99).collect()),
        bytes: rounds[0].bytes,
        start_ms: over_rounds(|round| round.start_ns as f64 / 1e6),
        anonymous_mib: over_rounds(|round| round.anonymous_kib as f64 / 1024.0),
        peak_mib: over_rounds(|round| round.peak_kib as f64 / 1024.0),
    }
}
