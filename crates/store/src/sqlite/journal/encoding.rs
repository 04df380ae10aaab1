//! How messages are written down in a row of the journal: some 14 bytes for a message, where a row in each of the tables of
//! activity takes a page of the log each.
//!
//! Numbers are LEB128, signed ones zigzag. For each member: how many heads back its head stands, or 0 and a new one; the
//! user; the days and their messages; the runs. A head is a guild with its rules. Days and times are told as differences
//! from the one before. At the end stands a checksum of all that, four bytes.

use std::time::Duration;

use domain::activity::meter::{MemberActivity, Meter, Run, Slots};
use domain::activity::rules::ScoreRules;
use domain::activity::score::Score;

use super::noted::{Noted, NotedRun};

/// What this module writes and reads. Another way to write entries gets another number.
pub(super) const ENCODING: i64 = 1;

/// A member's head is looked for so far back; farther back it is written again.
const HEADS_BACK_MAX: usize = 16;
/// Far beyond any time, and far from where sums of times overflow: the year 10889.
const TIME_MAX_MS: i64 = 1 << 48;
const DAY_MAX: i32 = 1 << 24;
/// 36,000,000 make a point; no rule is about more than a thousand.
const UNITS_MAX: i64 = 1 << 40;
const MILLIS_MAX: i64 = 1 << 40;

/// Whether a member's activity comes out again as it went in, and can be added to any other without a number getting too
/// large. All that the bot makes is so.
pub(super) fn fits(member: &MemberActivity) -> bool {
    let rules = &member.rules;
    rules_fit(
        rules.gain.0,
        rules.cooldown.as_millis(),
        rules.grace.as_millis(),
        rules.fade,
    ) && member
        .days
        .iter()
        .all(|(day, _)| (-DAY_MAX..=DAY_MAX).contains(&day.0))
        && member.runs.iter().all(run_fits)
}

fn rules_fit(gain: i64, cooldown_ms: u128, grace_ms: u128, fade: i64) -> bool {
    (0..=UNITS_MAX).contains(&gain)
        && (1..=MILLIS_MAX as u128).contains(&cooldown_ms)
        && (0..=MILLIS_MAX as u128).contains(&grace_ms)
        && (1..=UNITS_MAX).contains(&fade)
}

fn run_fits(run: &Run) -> bool {
    0 <= run.first.0
        && run.first <= run.last
        && run.last.0 <= TIME_MAX_MS
        && run.slots.0 < 1 << (3 * Meter::SLOTS)
}

/// Entries that are written down one behind the other.
#[derive(Debug, Default)]
pub(super) struct Entries {
    bytes: Vec<u8>,
    len: usize,
    heads: Vec<(u64, ScoreRules)>,
    before: Before,
}

/// What the differences are from.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    day: i64,
    at: i64,
}

impl Entries {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Days and runs.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.len = 0;
        self.heads.clear();
        self.before = Before::default();
    }

    /// One that [`fits`].
    pub(super) fn push(&mut self, member: &MemberActivity) {
        self.len += member.days.len() + member.runs.len();
        self.put_head((member.guild.0, member.rules));
        self.put(member.user.0);
        self.put(member.days.len() as u64);
        for (day, count) in &member.days {
            let day = i64::from(day.0);
            self.put_signed(day - self.before.day);
            self.before.day = day;
            self.put(u64::from(*count));
        }
        self.put(member.runs.len() as u64);
        for run in &member.runs {
            self.put_signed(run.first.0 - self.before.at);
            self.before.at = run.first.0;
            self.put((run.last.0 - run.first.0).cast_unsigned());
            self.put(run.slots.0);
        }
    }

    /// All of it, as it is stored.
    pub(super) fn finish(&mut self) -> &[u8] {
        let sum = checksum(&self.bytes);
        self.bytes.extend_from_slice(&sum.to_le_bytes());
        &self.bytes
    }

    fn put_head(&mut self, head: (u64, ScoreRules)) {
        let near = self.heads.iter().rev().take(HEADS_BACK_MAX);
        if let Some(back) = near.into_iter().position(|known| *known == head) {
            self.put(back as u64 + 1);
            return;
        }
        let (guild, rules) = head;
        self.put(0);
        self.put(guild);
        for number in [rules.gain.0, rules.cooldown_ms(), rules.grace_ms(), rules.fade] {
            self.put(number.cast_unsigned());
        }
        self.heads.push(head);
    }

    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn put_signed(&mut self, number: i64) {
        self.put((number << 1 ^ number >> 63).cast_unsigned());
    }
}

/// Why entries cannot be read.
pub(super) type Unreadable = &'static str;

/// Adds what is written down to `noted`.
pub(super) fn read(entries: &[u8], noted: &mut Noted) -> Result<(), Unreadable> {
    let (bytes, sum) = entries.split_last_chunk().ok_or("they are cut off")?;
    if checksum(bytes) != u32::from_le_bytes(*sum) {
        return Err("they were changed or cut off after they were written");
    }
    let mut reader = Reader { bytes };
    let (mut heads, mut before) = (Vec::new(), Before::default());
    while !reader.bytes.is_empty() {
        let back = usize::try_from(reader.number()?).map_err(|_| "they name no guild")?;
        if back == 0 {
            heads.push(reader.head(noted)?);
        }
        let head = heads
            .len()
            .checked_sub(back.max(1))
            .and_then(|index| heads.get(index));
        let &(guild, rules) = head.ok_or("they name no guild")?;
        let user = reader.number()?.cast_signed();
        for _ in 0..reader.number()? {
            before.day = before.day.wrapping_add(reader.signed()?);
            let day = i32::try_from(before.day).map_err(|_| "a day is none")?;
            let count = u32::try_from(reader.number()?).map_err(|_| "a count is too large")?;
            noted.days.push((guild, day, user, i64::from(count)));
        }
        for _ in 0..reader.number()? {
            let run = reader.run(&mut before)?;
            noted.runs.push(NotedRun {
                guild,
                user,
                rules,
                run,
            });
        }
    }
    Ok(())
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    /// A guild, and which of the known rules are its.
    fn head(&mut self, noted: &mut Noted) -> Result<(i64, u32), Unreadable> {
        let guild = self.number()?.cast_signed();
        let gain = self.number()?.cast_signed();
        let (cooldown_ms, grace_ms) = (self.number()?, self.number()?);
        let fade = self.number()?.cast_signed();
        if !rules_fit(gain, cooldown_ms.into(), grace_ms.into(), fade) {
            return Err("a guild's rules are none");
        }
        let rules = ScoreRules {
            gain: Score(gain),
            cooldown: Duration::from_millis(cooldown_ms),
            grace: Duration::from_millis(grace_ms),
            fade,
        };
        Ok((guild, noted.number_of(rules)))
    }

    fn run(&mut self, before: &mut Before) -> Result<Run, Unreadable> {
        let first = before.at.wrapping_add(self.signed()?);
        before.at = first;
        let last = first.wrapping_add_unsigned(self.number()?);
        let run = Run {
            first: domain::time::UnixMs(first),
            last: domain::time::UnixMs(last),
            slots: Slots(self.number()?),
        };
        if run_fits(&run) {
            Ok(run)
        } else {
            Err("a time is none")
        }
    }

    fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.bytes.split_first().ok_or("they are cut off")?;
            self.bytes = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number is too large")
    }

    fn signed(&mut self) -> Result<i64, Unreadable> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }
}

/// FNV-1a. Nobody forges a row of their own database; this is against disks and hands.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| {
        (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests;
