//! Where files are kept.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

/// Where files are kept.
#[derive(Clone, Debug)]
pub enum AssetOptions {
    /// A folder of this machine. It is made when it does not exist.
    Folder(PathBuf),
    /// A bucket, which must exist.
    S3(S3Options),
}

/// A bucket of Amazon's S3, or of a server that speaks its protocol.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The bucket's name.
    pub bucket: String,
    /// What our names in it begin with, folders with `/` between; empty for none.
    pub prefix: String,
    /// Where the server is; `None` asks Amazon.
    pub endpoint: Option<Url>,
    /// The bucket's region, such as `eu-central-1`. Servers other than Amazon's mostly take any.
    pub region: String,
    /// Who asks.
    pub keys: S3Keys,
}

/// A key that may read, write, list and delete below [`S3Options::prefix`]. It does not show in `Debug`.
#[derive(Clone, Debug)]
pub struct S3Keys {
    /// The key's id, which is not secret.
    pub id: String,
    /// The key itself.
    pub secret: SecretString,
    /// What goes with keys that are lent for a time.
    pub session_token: Option<SecretString>,
}

impl fmt::Display for AssetOptions {
    /// The place, for people: a path, or `s3://bucket/prefix`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::S3(S3Options { bucket, prefix, .. }) if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3(S3Options { bucket, prefix, .. }) => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}
