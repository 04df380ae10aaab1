//! Bytes from strangers' https URLs, without lending the strangers our place in the network.
//!
//! Somebody names a URL and this process asks it: unguarded, they could have it ask the machine's own services, its
//! neighbours, or a cloud's metadata (server-side request forgery), or keep it busy for ever. So every URL, the ones that
//! redirects lead to as well, passes the same checks: https and port 443, a public name or address, and every address
//! that the name has is a global one. The connection is opened here, to an address that was just checked, by its number;
//! nothing looks the name up a second time. There is no pool, no proxy, no cookie, no referer and no decoding.
//!
//! Knows nothing of what the bytes are or who asked for them. Start reading at [`Fetcher::get`], then `target` (what may
//! be asked), `address` (which addresses are global) and `exchange` (one question and its answer).

mod address;
mod error;
mod exchange;
mod fetcher;
mod network;
mod target;
#[cfg(feature = "test-door")]
mod test_door;

pub use address::AddressKind;
pub use error::FetchError;
pub use fetcher::{FetchOptions, Fetched, Fetcher};
#[cfg(feature = "test-door")]
pub use test_door::{Resolve, Route, TestDoor};
