//! What is kept comes back, or a clear word why not: in a real folder, and in a bucket over a real socket.

mod bucket;
mod fake_s3;
mod folder;
mod suite;

use std::time::{Duration, SystemTime};

use assets::ContentHash;
use domain::time::UnixMs;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// `printf abc | sha256sum`
pub(crate) const HASH_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(crate) fn hash(text: &str) -> ContentHash {
    text.parse().expect("a hash")
}

pub(crate) fn now() -> UnixMs {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixMs(0) + since.expect("a clock after 1970")
}
