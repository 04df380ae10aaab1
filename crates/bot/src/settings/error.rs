//! Why settings were not changed.

use std::sync::Arc;

use card::StyleError;
use domain::settings::{AuditEntry, Field, SettingError, StoredSettings};
use store::StoreError;

/// Why settings were not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeError {
    /// They were changed since they were looked at. Show what they are and by whom they were changed, and ask again.
    #[error("the settings were changed meanwhile: they have version {} now", current.version)]
    Stale {
        /// What they are.
        current: Arc<StoredSettings>,
        /// What was changed, newest first.
        since: Vec<AuditEntry>,
    },
    /// A text is not in its field's form.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Cards cannot look like that.
    #[error("{1}: {0}")]
    Look(StyleError, Field),
    /// The picture is not known; put it, and try again.
    #[error("the background is not there any more; upload the picture again")]
    UnknownAsset,
    /// The database did not do it, or did not say whether it did.
    #[error(transparent)]
    Store(#[from] StoreError),
}
