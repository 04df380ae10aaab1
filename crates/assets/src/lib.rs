//! Files that guilds gave us, kept by what is in them: in a folder, or in anything that speaks S3.
//!
//! A file's name is the SHA-256 of its bytes, so that equal files are one, a file never changes, and what comes back is
//! checked against its name. Who uses which file is written elsewhere; files that nobody uses are collected.
//!
//! Knows nothing of what the bytes are, of guilds or of the database. Start reading at [`AssetStore`].

mod copies;
mod error;
mod folder;
mod options;
mod s3;
mod store;

pub use copies::Copied;
pub use domain::asset::ContentHash;
pub use error::AssetError;
pub use options::{AssetOptions, S3Keys, S3Options};
pub use store::{Asset, AssetStore, Collected, LEN_MAX};
