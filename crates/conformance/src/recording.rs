//! What the simulator wrote down.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// One request that reached the simulator, and what became of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Exchange {
    /// The request's method, in capitals.
    pub method: String,
    /// The path as it stood in the request line, still percent-encoded, without the query.
    pub path: String,
    /// The query's parameters, decoded.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// The request's headers, names in lower case, without `authorization`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, when it was JSON; of a form, what its part `payload_json` held.
    pub json: Option<Value>,
    /// The body, when it was a form.
    pub parts: Option<Vec<Part>>,
    /// The answer's status; `None` when a planned fault let no answer through.
    pub status: Option<u16>,
    /// The answer's body, when it had one.
    pub answer: Option<Value>,
    /// The planned fault that struck this request.
    pub fault: Option<String>,
}

/// One part of a form.
#[derive(Clone, Debug, Deserialize)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The content, when it was JSON.
    #[serde(default)]
    pub json: Option<Value>,
}

/// Where an exchange was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The recording.
    pub file: PathBuf,
    /// The line in it, from 1.
    pub line: usize,
}

/// Why a recording could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not what the simulator writes.
    #[error("{}:{}: not a line of a recording", place.file.display(), place.line)]
    Line {
        /// Which.
        place: Place,
        /// Why.
        source: serde_json::Error,
    },
}

/// The recordings that `paths` name: files as they are, folders as the `.jsonl` files anywhere below them, sorted.
///
/// # Errors
/// [`RecordingError::Io`]: a path does not exist or a folder cannot be listed.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, RecordingError> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            list(path, &mut found)?;
        } else {
            fs::metadata(path).map_err(|source| io_error(path, source))?;
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), RecordingError> {
    for entry in fs::read_dir(folder).map_err(|source| io_error(folder, source))? {
        let path = entry.map_err(|source| io_error(folder, source))?.path();
        if path.is_dir() {
            list(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.push(path);
        }
    }
    Ok(())
}

/// Hands each exchange of one recording to `each`, in order. Empty lines are passed over.
///
/// # Errors
/// [`RecordingError::Io`] and [`RecordingError::Line`]; what came before the line was handed out.
pub fn read(file: &Path, mut each: impl FnMut(&Place, Exchange)) -> Result<(), RecordingError> {
    let reader = BufReader::new(File::open(file).map_err(|source| io_error(file, source))?);
    for (index, line) in reader.lines().enumerate() {
        let line = line.map_err(|source| io_error(file, source))?;
        if line.trim().is_empty() {
            continue;
        }
        let place = Place {
            file: file.to_owned(),
            line: index + 1,
        };
        match serde_json::from_str(&line) {
            Ok(exchange) => each(&place, exchange),
            Err(source) => return Err(RecordingError::Line { place, source }),
        }
    }
    Ok(())
}

fn io_error(path: &Path, source: io::Error) -> RecordingError {
    RecordingError::Io {
        path: path.to_owned(),
        source,
    }
}
