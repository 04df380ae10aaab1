//! Where guilds' pictures are kept.

use std::path::Path;

use assets::{AssetError, AssetOptions, AssetStore};

use super::finding::{Finding, Findings};

const WHAT: &str = "pictures";

/// Writes a file of our own to the place, reads it back and removes it. A folder that is not there yet is not made.
pub(super) async fn look(options: &AssetOptions, findings: &mut Findings) {
    if let AssetOptions::Folder(folder) = options
        && !folder.exists()
    {
        findings.add(not_made_yet(folder));
        return;
    }
    let tried = match AssetStore::open(options) {
        Ok(store) => store.try_out().await,
        Err(error) => Err(error),
    };
    findings.add(match tried {
        Ok(()) => Finding::ok(
            WHAT,
            format!("a file was written to {options}, read back and removed"),
        ),
        Err(error @ AssetError::Unavailable { .. }) => Finding::fault(WHAT, error.to_string()).passing(),
        Err(error) => Finding::fault(WHAT, error.to_string()),
    });
}

fn not_made_yet(folder: &Path) -> Finding {
    let nearest = folder.ancestors().skip(1).find(|parent| parent.exists());
    let nearest = nearest.unwrap_or(Path::new("."));
    let shown = folder.display();
    if super::database::can_write(nearest) {
        Finding::ok(WHAT, format!("the folder {shown} is made at the first start"))
    } else {
        Finding::fault(
            WHAT,
            format!(
                "the folder {shown} cannot be made in {}, which cannot be written; let the bot's user write there, or set \
                     assets.url to another place",
                nearest.display()
            ),
        )
    }
}
