//! Writes every request and its answer as a line of JSON.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, header};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Names a folder in which every simulator of the process writes a file of its own.
pub const RECORD_DIR_VARIABLE: &str = "DROAS_SIM_RECORD_DIR";

/// One request and what came of it. Tokens are in none of its fields.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// The world's time of the answer, in milliseconds since 1970.
    pub at_ms: i64,
    /// The method.
    pub method: &'a str,
    /// The path from its first slash; tokens of interactions are `:token`.
    pub path: &'a str,
    /// The query.
    pub query: &'a BTreeMap<String, String>,
    /// The headers in lower case, without `authorization`.
    pub headers: BTreeMap<String, String>,
    /// The body, or the form's `payload_json`.
    pub json: Option<&'a Value>,
    /// The form's parts.
    pub parts: Option<Vec<RecordedPart<'a>>>,
    /// The status; `None` when a fault gave no answer.
    pub status: Option<u16>,
    /// The answer's body, where it is JSON.
    pub answer: Option<&'a RawValue>,
    /// What went wrong on purpose.
    pub fault: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// What can be said of a request before its answer.
    pub(crate) fn of_request(
        method: &'a str,
        path: &'a str,
        query: &'a BTreeMap<String, String>,
        headers: &HeaderMap,
        json: Option<&'a Value>,
    ) -> Self {
        let headers = headers
            .iter()
            .filter(|(name, _)| *name != header::AUTHORIZATION)
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        Self {
            at_ms: 0,
            method,
            path,
            query,
            headers,
            json,
            parts: None,
            status: None,
            answer: None,
            fault: None,
        }
    }
}

/// A part of a form.
#[derive(Debug, Serialize)]
pub struct RecordedPart<'a> {
    /// Its name, such as `files[0]`.
    pub name: &'a str,
    /// The file's name.
    pub filename: Option<&'a str>,
    /// Its media type.
    pub content_type: Option<&'a str>,
    /// Bytes.
    pub size: usize,
    /// The part, where it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<&'a Value>,
}

/// A file that grows by a line for each request.
#[derive(Debug)]
pub struct Recorder {
    file: Mutex<File>,
    path: PathBuf,
}

impl Recorder {
    /// Appends to `path`; makes it where it is absent.
    ///
    /// # Errors
    /// The file cannot be opened for writing.
    pub fn append_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            file: Mutex::new(file),
            path: path.to_owned(),
        })
    }

    /// A new file in `folder`, which is made where it is absent.
    ///
    /// # Errors
    /// The folder or the file cannot be made.
    pub fn new_file_in(folder: &Path) -> io::Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        std::fs::create_dir_all(folder)?;
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        Self::append_to(&folder.join(format!("sim-{}-{number}.jsonl", std::process::id())))
    }

    /// Where the lines go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line. One that cannot be written is told in the log: the simulation goes on.
    pub fn write(&self, line: &Line<'_>) {
        let mut text =
            serde_json::to_string(line).expect("a line has text keys and nothing that fails to serialise");
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // One write for a line, so that lines of two processes do not mix.
        if let Err(error) = file.write_all(text.as_bytes()) {
            tracing::error!(path = %self.path.display(), %error, "a request could not be recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_simulator_writes_a_file_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("made").join("on the way");
        let recorders = [0, 1].map(|_| Recorder::new_file_in(&inner).expect("a file"));
        assert_ne!(recorders[0].path(), recorders[1].path());
        for recorder in &recorders {
            let query = BTreeMap::new();
            recorder.write(&Line::of_request("GET", "/", &query, &HeaderMap::new(), None));
            let text = std::fs::read_to_string(recorder.path()).expect("the record");
            assert_eq!(text.lines().count(), 1);
        }
    }
}
