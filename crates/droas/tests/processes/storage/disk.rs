//! A disk of a few megabytes, which can be filled and made read-only. It lies in memory, and only root may make one.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::programs::{Home, Simulator};

const SIZE_MIB: usize = 8;

pub(super) struct Disk {
    place: TempDir,
}

impl Disk {
    /// A new one; `None` where this user may not make one, which is said.
    pub(super) fn new() -> Option<Self> {
        let disk = Self {
            place: tempfile::tempdir().expect("a temporary folder"),
        };
        if disk.mount(&format!("size={SIZE_MIB}m")) {
            Some(disk)
        } else {
            eprintln!("skipped: only root may mount the small disk that this test fills");
            None
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Takes all the space that is left.
    pub(super) fn fill(&self) {
        let mut filler = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.filler())
            .expect("it can be made on a disk with space");
        for len in [64 * 1024, 4096, 1] {
            loop {
                match filler.write_all(&vec![1; len]) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// Gives the space back.
    pub(super) fn free(&self) {
        fs::remove_file(self.filler()).expect("it was filled");
    }

    pub(super) fn set_read_only(&self, read_only: bool) {
        let mode = if read_only { "ro" } else { "rw" };
        assert!(self.mount(&format!("remount,{mode}")), "the disk is remounted");
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    fn mount(&self, options: &str) -> bool {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(self.path())
            .output();
        mounted.is_ok_and(|mounted| mounted.status.success())
    }
}

/// A home whose database lies on the disk, in which everybody is greeted alone, and the database's path.
pub(super) fn on(disk: &Disk, simulator: &Simulator) -> (Home, PathBuf) {
    let mut home = Home::of(simulator);
    let database = disk.path().join("droas.sqlite");
    home.set("DROAS_DATABASE_PATH", database.to_str().expect("UTF-8"));
    home.set("DROAS_BACKUP_FOLDER", "");
    home.set("DROAS_WELCOME_GROUP_FROM", "300");
    (home, database)
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also while a file on it is open still. Where nothing is mounted there is nothing to undo.
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}
