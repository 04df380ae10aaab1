//! The figures as Markdown, and into the papers with them.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::figures::Way;
use crate::peers::Contest;
use crate::stages::Stage;

const BEGIN: &str = "<!-- scripts/bench-card: begin -->";
const END: &str = "<!-- scripts/bench-card: end -->";

pub(crate) fn markdown(contests: &[Contest], stages: &[Stage], rounds: usize) -> String {
    let mut out = String::new();
    cards(&mut out, contests, rounds);
    memory(&mut out, contests);
    parts(&mut out, stages);
    out
}

fn cards(out: &mut String, contests: &[Contest], rounds: usize) {
    line(
        out,
        format_args!(
            "`scripts/bench-card`, commit {}, {}. CPU time of the whole process for a welcome card of 1024 x 512 px with a PNG \
             avatar of 256 px, medians of {rounds} rounds in which all took turns. Warm: the background with its panel is \
             prepared, the avatar is decoded each time; cold: a JPEG background of 1920 x 1080 px is decoded and prepared \
             each time, too. PNG is each one's default, and Pillow's `compress_level=1` for `png-fast`.\n",
            commit(),
            machine()
        ),
    );
    line(
        out,
        "| who | background | format | p50 ms | p99 ms | kB | times ours |",
    );
    line(out, "|---|---|---|---|---|---|---|");
    for contest in contests {
        let ours = contests.iter().find(|ours| {
            ours.name == contests[0].name
                && ours.way == contest.way
                && contest.format.starts_with(ours.format)
        });
        line(
            out,
            format_args!(
                "| {} | {} | {} | {:.2} | {:.2} | {:.0} | {:.1} |",
                contest.name,
                contest.way.name(),
                contest.format,
                contest.p50_ms,
                contest.p99_ms,
                contest.bytes as f64 / 1e3,
                contest.p50_ms / ours.expect("we draw in every way").p50_ms,
            ),
        );
    }
}

fn memory(out: &mut String, contests: &[Contest]) {
    line(
        out,
        "\nStart-up: CPU time from the start of the process to the first card, with its background. Memory after the last \
         card (JPEG, warm): anonymous, that is without the pages of files such as the fonts; and the most that there ever was, \
         with them.\n",
    );
    line(out, "| who | start-up ms | anonymous MiB | peak MiB |");
    line(out, "|---|---|---|---|");
    let plain = |contest: &&Contest| contest.way == Way::Warm && contest.format == "jpeg";
    for contest in contests.iter().filter(plain) {
        line(
            out,
            format_args!(
                "| {} | {:.1} | {:.1} | {:.1} |",
                contest.name, contest.start_ms, contest.anonymous_mib, contest.peak_mib
            ),
        );
    }
}

fn parts(out: &mut String, stages: &[Stage]) {
    line(
        out,
        "\nThe parts of our card, each by what a card costs more with it than without it.\n",
    );
    line(out, "| part | CPU ms |");
    line(out, "|---|---|");
    for stage in stages {
        line(out, format_args!("| {} | {:.2} |", stage.name, stage.ms));
    }
}

fn line(out: &mut String, text: impl std::fmt::Display) {
    writeln!(out, "{text}").expect("strings take everything");
}

/// Puts the report between its markers, or at the end when they are not there.
pub(crate) fn write(paper: &Path, report: &str) {
    let text = fs::read_to_string(paper).expect("the paper can be read");
    let section = format!("{BEGIN}\n{report}{END}");
    let written = match (text.find(BEGIN), text.find(END)) {
        (Some(begin), Some(end)) if begin < end => {
            format!("{}{section}{}", &text[..begin], &text[end + END.len()..])
        }
        _ => format!("{}\n\n## The card\n\n{section}\n", text.trim_end()),
    };
    fs::write(paper, written).expect("the paper can be written");
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{cores} cores, {}",
        model.map_or("unknown processor", |(_, name)| name)
    )
}

fn commit() -> String {
    let output = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
