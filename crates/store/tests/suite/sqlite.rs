//! The contract over a file, and what only a file can go through.

mod crash;
mod files;
mod journal;
mod locks;
mod log;
mod lost;
mod persons;
mod power_cut;
mod review;
mod settings;

use std::path::PathBuf;

use domain::effect::Effect;
use store::{Batch, Checkpoint, CheckpointChange, ShardKey, Store, StoreOptions};
use tempfile::TempDir;

use crate::contract::contract;
use crate::contract::words::at;

contract!(always_fresh);

/// A database in a folder of its own.
struct Fresh {
    folder: TempDir,
    path: PathBuf,
    options: StoreOptions,
}

fn fresh() -> Fresh {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("droas.sqlite");
    let options = StoreOptions::at(&path);
    Fresh {
        folder,
        path,
        options,
    }
}

fn always_fresh() -> Option<Fresh> {
    Some(fresh())
}

/// Commits effects with the checkpoint that stands behind them.
async fn commit_at(store: &Store, shard: ShardKey, sequence: u64, effects: Vec<Effect>) {
    let checkpoint = Checkpoint {
        shard,
        session_id: "s".to_owned(),
        resume_url: "wss://gateway.discord.gg".to_owned(),
        sequence,
        recent_messages: Vec::new(),
    };
    let batch = Batch {
        at: at(sequence),
        effects,
        checkpoint: Some(CheckpointChange::Save(checkpoint)),
    };
    store.commit(batch).await.expect("committed");
}

impl Fresh {
    fn options(&self) -> &StoreOptions {
        &self.options
    }

    fn path(&self) -> &PathBuf {
        &self.path
    }

    /// The names of all files in the folder, sorted.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .map(|entry| {
                let name = entry.expect("an entry").file_name();
                name.into_string().expect("names are of our making")
            })
            .collect();
        names.sort();
        names
    }
}
