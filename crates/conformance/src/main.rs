//! `conformance`: checks recordings of the simulator against Discord's OpenAPI document.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use conformance::check::{Checker, Requests};
use conformance::document::{Document, DocumentError};
use conformance::recording;
use conformance::report::Report;

/// Checks recordings of the simulator against Discord's OpenAPI document.
///
/// Exit status: 0 when everything is as the document says, or when the document is absent (the check is then skipped,
/// and says so); 1 when something is not, or when the recordings hold no request at all; 2 when the arguments are
/// wrong, or the document or a recording cannot be read.
#[derive(Parser)]
struct Arguments {
    /// Discord's OpenAPI document (version 3.1, JSON). It is not part of this project.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Let requests pass that the document forbids where the simulator refused them as well. For recordings of tests,
    /// which ask for refusals on purpose.
    #[arg(long)]
    refusable: bool,
    /// Recordings, or folders that hold them as `.jsonl` files.
    #[arg(required = true)]
    recordings: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments, &mut io::stdout().lock()) {
        Ok(status) => status,
        Err(error) => {
            // With standard error gone too there is nobody left to tell; the status still speaks.
            let _ = writeln!(io::stderr(), "conformance: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let document = match Document::open(&arguments.spec) {
        Ok(document) => document,
        Err(DocumentError::Absent(path)) => {
            writeln!(
                out,
                "conformance: SKIPPED, nothing was checked: the OpenAPI document {path} is absent"
            )?;
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => return Err(error).context("the document given with --spec"),
    };
    let requests = if arguments.refusable {
        Requests::Refusable
    } else {
        Requests::Strict
    };
    let checker = Checker::new(&document, requests);
    let mut report = Report::default();
    let files = recording::find(&arguments.recordings)?;
    for file in &files {
        recording::read(file, |place, exchange| {
            report.add(place, checker.check(&exchange))
        })?;
    }
    for correction in document.corrections() {
        writeln!(
            out,
            "the document is not believed: {}: {}",
            correction.name, correction.reason
        )?;
    }
    write!(out, "{report}")?;
    if report.requests == 0 {
        writeln!(
            out,
            "conformance: FAILED: no request in {} recordings",
            files.len()
        )?;
        return Ok(ExitCode::FAILURE);
    }
    let findings = report.distinct_findings();
    if findings > 0 {
        writeln!(out, "\nconformance: FAILED: {findings} distinct findings")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(
        out,
        "conformance: passed: {} recordings are as the document says",
        files.len()
    )?;
    Ok(ExitCode::SUCCESS)
}
