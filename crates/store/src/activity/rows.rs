//! What a count of messages becomes in the tables.

use std::collections::{BTreeMap, HashMap};

use domain::activity::meter::{MemberActivity, Meter, Run};
use domain::activity::rules::ScoreRules;
use domain::day::Day;

/// A run, as the row that it is where there is none yet. The numbers are those of the columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeterRow {
    pub(crate) guild: i64,
    pub(crate) user: i64,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    pub(crate) gained: i64,
    pub(crate) recent: i64,
    pub(crate) score: i64,
    pub(crate) fades_out_at: i64,
}

impl MeterRow {
    pub(crate) fn new(member: &MemberActivity, run: &Run) -> Self {
        let meter = Meter::begin(run, &member.rules);
        Self {
            guild: member.guild.0.cast_signed(),
            user: member.user.0.cast_signed(),
            first_at: meter.first.0,
            last_at: meter.last.0,
            gained: meter.gained.0,
            recent: meter.recent.0.cast_signed(),
            score: meter.score(&member.rules).0,
            fades_out_at: meter.fades_out_at(&member.rules).0,
        }
    }
}

/// Runs that one statement may take: each member once, sorted, and all by the same rules. What is in a later round comes
/// after what is in an earlier one.
pub(crate) fn rounds(members: &[MemberActivity]) -> Vec<(ScoreRules, Vec<MeterRow>)> {
    let mut of_member: BTreeMap<(i64, i64), Vec<(ScoreRules, MeterRow)>> = BTreeMap::new();
    for member in members {
        for run in &member.runs {
            let row = MeterRow::new(member, run);
            of_member
                .entry((row.guild, row.user))
                .or_default()
                .push((member.rules, row));
        }
    }
    let mut rounds: Vec<HashMap<ScoreRules, Vec<MeterRow>>> = Vec::new();
    for runs in of_member.into_values() {
        for (number, (rules, row)) in runs.into_iter().enumerate() {
            if rounds.len() == number {
                rounds.push(HashMap::new());
            }
            rounds[number].entry(rules).or_default().push(row);
        }
    }
    rounds.into_iter().flatten().collect()
}

/// A row of messages: the guild, the day or the month, the member, and how many.
pub(crate) type MessagesRow = (i64, i32, i64, i64);

/// Each row once, sorted.
pub(crate) fn messages_by_day(members: &[MemberActivity]) -> Vec<MessagesRow> {
    summed(members.iter().flat_map(|member| {
        let (guild, user) = (member.guild.0.cast_signed(), member.user.0.cast_signed());
        member
            .days
            .iter()
            .map(move |(day, count)| (guild, day.0, user, i64::from(*count)))
    }))
}

/// Each row once, sorted; `days` as [`messages_by_day`] gives them.
pub(crate) fn messages_by_month(days: &[MessagesRow]) -> Vec<MessagesRow> {
    let mut last = None;
    summed(days.iter().map(|(guild, day, user, count)| {
        let month = match last {
            Some((known, month)) if known == *day => month,
            _ => Day(*day).month().0,
        };
        last = Some((*day, month));
        (*guild, month, *user, *count)
    }))
}

fn summed(rows: impl Iterator<Item = MessagesRow>) -> Vec<MessagesRow> {
    let mut rows: Vec<MessagesRow> = rows.collect();
    rows.sort_unstable();
    rows.dedup_by(|row, kept| {
        let same = (row.0, row.1, row.2) == (kept.0, kept.1, kept.2);
        if same {
            kept.3 += row.3;
        }
        same
    });
    rows
}
