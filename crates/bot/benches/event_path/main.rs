//! What it costs to hear 100,000 messages: from a socket on loopback to texts, events, summed activity and committed rows,
//! beside what the gateway library makes of the same frames, in one run. Prints Markdown.
//!
//! `cargo bench -p bot --bench event_path`, with `-- --rounds 5` or the names of some ways behind it. The frames come from
//! this process; each way is measured in a process of its own, so that the CPU time and the memory are its alone.

#[path = "../settings/figures.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod figures;
mod frames;
mod measured;
mod server;
mod ways;
mod whole;

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use sim::config::SimConfig;
use sim::driver::Sim;

use figures::{first_line_of, machine, percentile, print};
use frames::Load;
use measured::{Figures, READY};
use server::Server;
use ways::{Task, WAYS};

/// As the load test of activity has them.
const FEW_GUILDS: Load = Load {
    messages: 100_000,
    guilds: 5,
    members: 1000,
};
/// Each member writes ten messages in all.
const MANY_GUILDS: Load = Load {
    messages: 100_000,
    guilds: 10_000,
    members: 1,
};
/// To which the others are compared.
const PEER: &str = "twilight-events";

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    // As the first process calls the others.
    if let Some(at) = arguments.iter().position(|argument| argument == "--way") {
        return measure(&arguments[at + 1..]);
    }
    let rounds = arguments
        .iter()
        .position(|argument| argument == "--rounds")
        .map_or(7, |at| arguments[at + 1].parse().expect("a number of rounds"));
    let chosen = |way: &str| {
        let named: Vec<_> = WAYS
            .iter()
            .filter(|(name, _)| arguments.iter().any(|argument| argument == name))
            .collect();
        named.is_empty() || named.iter().any(|(name, _)| *name == way)
    };
    print(&format!(
        "Commit {}, {}; medians of {rounds} rounds in which the ways took turns, CPU time (user and system) of the process that\nreads, memory as the peak of what was resident beyond the beginning.",
        first_line_of("git", &["rev-parse", "--short", "HEAD"]),
        machine(),
    ));
    // This process waits for most of the time, and must be at hand when it is read from.
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    table(&runtime, FEW_GUILDS, rounds, &chosen);
    table(&runtime, MANY_GUILDS, rounds, &|way| {
        chosen(way) && matches!(way, PEER | "sums" | "rows")
    });
}

fn table(runtime: &tokio::runtime::Runtime, load: Load, rounds: usize, chosen: &dyn Fn(&str) -> bool) {
    let ways: Vec<_> = WAYS.iter().filter(|(way, _)| chosen(way)).collect();
    let (server, sim) = runtime.block_on(async {
        let sim = Sim::start(SimConfig::default())
            .await
            .expect("loopback can be listened on");
        (Server::start(load).await, sim)
    });
    let mut figures = vec![Vec::new(); ways.len()];
    for _ in 0..rounds {
        for ((way, _), figures) in ways.iter().zip(&mut figures) {
            figures.push(in_a_process(way, load, &server, &sim));
        }
    }
    print(&format!(
        "\n{} frames of {} bytes of {} members in each of {} guilds\n\n| way | CPU s | µs a frame | of twilight's whole events | s | MiB |\n|---|---|---|---|---|---|",
        load.messages, server.mean_len, load.members, load.guilds
    ));
    let medians: Vec<_> = figures.iter_mut().map(|runs| median(runs)).collect();
    let peer = ways
        .iter()
        .position(|(way, _)| *way == PEER)
        .map(|at| medians[at].cpu);
    for ((_, name), median) in ways.iter().zip(medians) {
        let cpu = median.cpu.as_secs_f64();
        print(&format!(
            "| {name} | {cpu:.3} | {:.2} | {} | {:.2} | {:.1} |",
            cpu * 1e6 / load.messages as f64,
            peer.map_or(String::from("-"), |peer| format!(
                "{:.2}",
                cpu / peer.as_secs_f64()
            )),
            median.took.as_secs_f64(),
            median.grown_kib as f64 / 1024.0,
        ));
    }
}

/// Measures a way once.
fn in_a_process(way: &str, load: Load, server: &Server, sim: &Sim) -> Figures {
    let mut process = Command::new(env::current_exe().expect("this program"))
        .args(["--way", way])
        .args([format!("ws://{}", server.address), sim.api_base().to_string()])
        .args([load.opening_sequence(), load.last_sequence()].map(|number| number.to_string()))
        .arg(server.messages_len.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program runs");
    let mut figures = None;
    for line in BufReader::new(process.stdout.take().expect("piped")).lines() {
        let line = line.expect("readable");
        if line == READY {
            server.go();
        } else {
            figures = Figures::parse(&line);
        }
    }
    assert!(process.wait().expect("it ran").success(), "{way} failed");
    figures.expect("it told what it took")
}

/// The middle of each figure by itself.
fn median(runs: &mut [Figures]) -> Figures {
    let middle = |of: fn(&Figures) -> std::time::Duration| {
        let mut values: Vec<_> = runs.iter().map(of).collect();
        percentile(&mut values, 50)
    };
    let (cpu, took) = (middle(|run| run.cpu), middle(|run| run.took));
    let mut grown: Vec<_> = runs.iter().map(|run| run.grown_kib).collect();
    grown.sort_unstable();
    Figures {
        cpu,
        took,
        grown_kib: grown[grown.len() / 2],
    }
}

/// In a process of its own.
fn measure(arguments: &[String]) {
    let number = |at: usize| arguments[at].parse::<u64>().expect("a number");
    let task = Task {
        gateway: arguments[1].clone(),
        api: arguments[2].clone(),
        opening_sequence: number(3),
        last_sequence: number(4),
        messages_len: usize::try_from(number(5)).expect("it fits in memory"),
    };
    ways::run(&arguments[0], &task);
}
