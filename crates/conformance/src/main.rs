//! `conformance`: checks recordings of the simulator against Discord's OpenAPI document.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
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
    /// How requests are judged.
    #[arg(long, value_enum, default_value_t = RequestsChoice::Strict, value_name = "HOW")]
    requests: RequestsChoice,
    /// Recordings, or folders that hold them as `.jsonl` files.
    #[arg(required = true)]
    recordings: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RequestsChoice {
    /// Each that the document forbids is a finding. For recordings of our own bot
    Strict,
    /// One that the simulator refused as well is none. For recordings of tests, which ask for refusals
    Refusable,
    /// Only routes and answers are checked. For recordings of clients that others wrote
    Foreign,
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
    let requests = match arguments.requests {
        RequestsChoice::Strict => Requests::Strict,
        RequestsChoice::Refusable => Requests::Refusable,
        RequestsChoice::Foreign => Requests::Foreign,
    };
    let checker = Checker::new(&document, requests);
    let mut report = Report::default();
    let files = recording::find(&arguments.recordings)?;
    for file in &files {
        recording::read(file, |place, exchange| {
            report.add(place, checker.check(&exchange))
        })?;
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
