//! The table `activity_journal`: messages that are stored, and counted later.
//!
//! To count a message is to change a page in each of three tables and three indexes, and the log takes each of them whole. So
//! what a group of writes says of members is noted in one row, behind those that wait, and is stored with that. Who writes
//! on is then counted once for many messages. All that waits is counted at once, in one transaction with the deletion of its
//! rows: after a while, when it is much, and before anybody reads or changes activity in another way. It is counted from the
//! table, by the writer that runs as by one that finds the journal of a killed one, and as if each message had been counted
//! when it came. A row that cannot be read is kept aside, and is in nobody's way.

mod encoding;
mod noted;
mod unreadable;
mod waiting;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::activity::meter::{MemberActivity, Meter};
use domain::day::Day;
use domain::id::{GuildId, UserId};
use foldhash::fast::RandomState;
use rusqlite::Connection;

use super::activity;
use encoding::{ENCODING, Entries};
pub(super) use unreadable::{KeptAside, count as unreadable, drop_all as drop_unreadable};
pub(super) use waiting::Waiting;

/// Days of members of which messages wait at most. By them go the time that it takes to count, in which nobody else can
/// write, and the memory, some 200 bytes each.
const DAYS_MAX: usize = 8_192;
/// Days and runs that wait at most, however many are the same.
const ENTRIES_MAX: usize = 262_144;
/// From such a part of either on they are counted after the next commit, rather than in it.
const MANY: (usize, usize) = (3, 4);
/// A batch of more days is counted at once: hardly any other could be counted with it.
const BATCH_MAX: usize = DAYS_MAX / 4 * 3;
/// A row that has so many entries gets no more. It is read as a whole.
const ROW_MAX: usize = 4_096;
/// How long entries wait: long enough that counting them takes a twentieth of the writer's time, within these bounds.
const REST: u32 = 20;
const WAIT_MIN: Duration = Duration::from_millis(100);
const WAIT_MAX: Duration = Duration::from_secs(2);
/// What counting is taken to last before it was done: 5,000 members, with a fast disk.
const TOOK_AT_FIRST: Duration = Duration::from_millis(40);
/// How long they wait when they could not be counted.
const WAIT_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What the writer knows of the journal. That of a file is empty when the writer begins.
pub(super) struct Journal {
    /// Of the transaction that runs, and not in the table yet.
    group: Entries,
    /// Entries that wait, as the transaction that runs has it.
    here: usize,
    /// Entries that wait, as it was committed.
    committed: usize,
    /// Days of which messages may wait: also those of a transaction that was taken back.
    days: HashSet<(GuildId, UserId, Day), RandomState>,
    /// When what waits is to be counted.
    count_at: Option<Instant>,
    /// How long it took to count the last time.
    took: Duration,
    /// It could not be counted the last time.
    failed: bool,
    waits: Arc<AtomicBool>,
    /// Rows that the transaction that runs keeps aside.
    kept_aside: Vec<KeptAside>,
}

/// Whether anything may wait in the journal, for those who read.
#[derive(Clone, Default)]
pub(super) struct Waits(Arc<AtomicBool>);

impl Waits {
    /// `false` says that all that was acknowledged before is counted.
    pub(super) fn any(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Journal {
    pub(super) fn empty(Waits(waits): Waits) -> Self {
        Self {
            group: Entries::default(),
            here: 0,
            committed: 0,
            // Once and for all: a busy minute is not to be seen in the memory ever after.
            days: HashSet::with_capacity_and_hasher(DAYS_MAX, RandomState::default()),
            count_at: None,
            took: TOOK_AT_FIRST,
            failed: false,
            waits,
            kept_aside: Vec::new(),
        }
    }

    /// A transaction begins; what one before it noted and did not commit is forgotten.
    pub(super) fn begin(&mut self) {
        self.group.clear();
        self.kept_aside.clear();
        self.here = self.committed;
    }

    /// Notes what members wrote, or counts it where that is better. Either is stored with the transaction.
    pub(super) fn add(&mut self, tx: &Connection, members: &[MemberActivity]) -> rusqlite::Result<()> {
        let days = members.iter().flat_map(|member| {
            let of = |(day, _): &(Day, u32)| (member.guild, member.user, *day);
            member.days.iter().map(of)
        });
        let days_len: usize = members.iter().map(|member| member.days.len()).sum();
        let runs_len: usize = members.iter().map(|member| member.runs.len()).sum();
        let entries = days_len + runs_len;
        if days_len > BATCH_MAX || entries > ENTRIES_MAX || !members.iter().all(encoding::fits) {
            self.count(tx)?;
            return activity::count(tx, members);
        }
        let new = days.clone().filter(|day| !self.days.contains(day)).count();
        if self.here + entries > ENTRIES_MAX || self.days.len() + new > DAYS_MAX {
            self.count(tx)?;
        }
        self.days.extend(days);
        for member in members {
            self.group.push(member);
            if self.group.len() >= ROW_MAX {
                self.write(tx)?;
            }
        }
        self.here += entries;
        Ok(())
    }

    /// Counts all that waits. Costs nothing when nothing does.
    pub(super) fn count(&mut self, tx: &Connection) -> rusqlite::Result<()> {
        if self.here == 0 {
            self.days.clear();
            return Ok(());
        }
        let begun = Instant::now();
        self.write(tx)?;
        self.kept_aside.extend(waiting::count(tx)?);
        self.here = 0;
        self.days.clear();
        self.took = begun.elapsed();
        Ok(())
    }

    /// Puts what the transaction has noted into the table; to be called before its commit.
    pub(super) fn write(&mut self, tx: &Connection) -> rusqlite::Result<()> {
        if !self.group.is_empty() {
            tx.prepare_cached("INSERT INTO activity_journal (encoding, entries) VALUES (?1, ?2)")?
                .execute((ENCODING, self.group.finish()))?;
            self.group.clear();
        }
        Ok(())
    }

    /// The transaction was committed, and nobody was told yet.
    pub(super) fn committed(&mut self) {
        for row in self.kept_aside.drain(..) {
            row.tell();
        }
        self.committed = self.here;
        let waits = self.here > 0;
        if waits == self.count_at.is_some() {
            return;
        }
        self.failed = false;
        self.count_at = waits.then(|| Instant::now() + (self.took * REST).clamp(WAIT_MIN, WAIT_MAX));
        self.waits.store(waits, Ordering::Release);
    }

    /// How long what waits may still wait; `None` when nothing does.
    pub(super) fn due_after(&self) -> Option<Duration> {
        let at = self.count_at?;
        Some(if self.is_much() && !self.failed {
            Duration::ZERO
        } else {
            at.saturating_duration_since(Instant::now())
        })
    }

    fn is_much(&self) -> bool {
        let (part, whole) = MANY;
        self.committed * whole >= ENTRIES_MAX * part || self.days.len() * whole >= DAYS_MAX * part
    }

    /// It could not be counted, and is to be let alone for a while.
    pub(super) fn put_off(&mut self) {
        self.failed = true;
        self.count_at = Some(Instant::now() + WAIT_AFTER_FAILURE);
    }
}

/// What waits in a file that is only looked at, of whatever version; `None` in one that has no journal yet. `stored` tells
/// the meter that a member has without it.
pub(super) fn waiting(
    db: &Connection,
    stored: impl FnMut((GuildId, UserId)) -> rusqlite::Result<Option<Meter>>,
) -> rusqlite::Result<Option<Waiting>> {
    let has_journal = db.table_exists(None, "activity_journal")?;
    has_journal.then(|| Waiting::read(db, stored)).transpose()
}

/// Counts all that a file holds, for whoever opens it; what was kept aside before too, where it can be read now. Returns what
/// is kept aside. Costs next to nothing in a file that has no journal yet.
pub(super) fn count_all(tx: &Connection) -> rusqlite::Result<Vec<KeptAside>> {
    if !tx.table_exists(None, "activity_journal")? {
        return Ok(Vec::new());
    }
    unreadable::put_back(tx)?;
    waiting::count(tx)
}

#[cfg(test)]
mod tests;
