//! What can go wrong with keeping files.

use std::error::Error;
use std::io::{self, ErrorKind};

use domain::asset::ContentHash;

/// How much of a server's own words is told, characters.
const DETAIL_LEN_MAX: usize = 300;

/// Why a file was not kept or did not come back. The messages are for operators: they name the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// There is no such file.
    #[error(
        "there is no file {hash} in {place}; it was removed there, or this is another place than it was kept in"
    )]
    Missing {
        /// The file.
        hash: ContentHash,
        /// Where it should be.
        place: String,
    },
    /// The bytes are not those that were kept.
    #[error("the file {hash} in {place} is damaged: restore it from a backup, or remove it and set it anew")]
    Corrupt {
        /// The file.
        hash: ContentHash,
        /// Where it is.
        place: String,
    },
    /// More than [`crate::LEN_MAX`] bytes.
    #[error(
        "a file of {len} bytes is too large to be kept, at most {} are",
        crate::LEN_MAX
    )]
    TooLarge {
        /// The file's length, bytes.
        len: usize,
    },
    /// The options cannot be right.
    #[error("files cannot be kept in {place}: {detail}")]
    BadOptions {
        /// The place.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// The folder cannot be made, read or written.
    #[error(
        "the folder {place} cannot be used ({detail}); let the bot's user read and write it, or name another one"
    )]
    Folder {
        /// The folder.
        place: String,
        /// What the system says.
        detail: String,
    },
    /// The disk, or a quota on it, is full.
    #[error("there is no room left for files in {place}; make some, or move the folder")]
    Full {
        /// The folder.
        place: String,
    },
    /// There is no such bucket.
    #[error("the bucket of {place} does not exist; make it, or correct its name")]
    NoBucket {
        /// The place.
        place: String,
    },
    /// The server answers, and says no.
    #[error(
        "the server of {place} refuses ({detail}); check the keys, the region and what they may do: read, write, list and \
         delete"
    )]
    Refused {
        /// The place.
        place: String,
        /// The server's words.
        detail: String,
    },
    /// The server cannot be reached or fails, and went on failing when it was asked again. It may be otherwise in a minute.
    #[error("the server of {place} does not work now ({detail})")]
    Unavailable {
        /// The place.
        place: String,
        /// What happened.
        detail: String,
    },
}

impl AssetError {
    /// Reads what the library says about a folder.
    pub(crate) fn of_folder(place: &str, error: &(dyn Error + 'static)) -> Self {
        let place = place.to_owned();
        let found = chain(error).find_map(|error| error.downcast_ref::<io::Error>());
        match found.map(io::Error::kind) {
            Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => Self::Full { place },
            _ => Self::Folder {
                place,
                detail: root(error).to_string(),
            },
        }
    }

    /// Reads what the library says about a bucket.
    pub(crate) fn of_s3(place: &str, error: &object_store::Error) -> Self {
        let place = place.to_owned();
        let told = root(error).to_string();
        let detail = detail(&told);
        let not_found = matches!(error, object_store::Error::NotFound { .. });
        match status(&told) {
            _ if not_found || is_no_bucket(&told) => Self::NoBucket { place },
            Some(408 | 429) => Self::Unavailable { place, detail },
            Some(300..500) => Self::Refused { place, detail },
            _ => Self::Unavailable { place, detail },
        }
    }
}

/// Whether these words of a server are about the bucket, and not about what lies in it.
pub(crate) fn is_no_bucket(told: &str) -> bool {
    told.contains("<Code>NoSuchBucket</Code>")
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    chain(error).last().expect("an error is its own first cause")
}

/// The status that the library's words hold; its type for it is private. Amazon redirects to a bucket's own region without
/// saying where that is.
fn status(told: &str) -> Option<u16> {
    if told.starts_with("Received redirect") {
        return Some(301);
    }
    let (_, rest) = told.split_once("status code: ")?;
    rest.get(..3)?.parse().ok()
}

/// A server's answer is XML with a code and a message; anything else is told as it is.
fn detail(told: &str) -> String {
    let element = |name: &str| {
        let (_, rest) = told.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
    };
    let text = match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => told.to_owned(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(DETAIL_LEN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_error(kind: ErrorKind) -> AssetError {
        let source = Box::new(object_store::Error::Generic {
            store: "inner",
            source: Box::new(io::Error::from(kind)),
        });
        let error = object_store::Error::Generic {
            store: "outer",
            source,
        };
        AssetError::of_folder("/data/assets", &error)
    }

    #[test]
    fn full_disk_is_told_from_a_folder_that_may_not_be_written() {
        let full = AssetError::Full {
            place: "/data/assets".to_owned(),
        };
        assert_eq!(folder_error(ErrorKind::StorageFull), full);
        assert_eq!(folder_error(ErrorKind::QuotaExceeded), full);
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            let error = folder_error(kind);
            assert!(matches!(error, AssetError::Folder { .. }), "{error}");
            assert!(
                error.to_string().contains("/data/assets") && error.to_string().contains("write"),
                "{error}"
            );
        }
    }

    #[test]
    fn words_of_a_server_are_cut_short() {
        let told = format!("<html>{}</html>", "very long\n ".repeat(1000));
        assert_eq!(detail(&told).chars().count(), DETAIL_LEN_MAX);
        assert!(!detail(&told).contains('\n'));
    }
}
