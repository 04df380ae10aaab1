//! Random guilds, and what the domain makes of their messages, for comparison with what a store does.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::activity::meter::{MemberActivity, Meter};
use domain::activity::rules::{ActivityRules, ScoreRules};
use domain::activity::score::Score;
use domain::activity::sum::ActivitySum;
use domain::day::{Day, Month};
use domain::event::Message;
use domain::id::{ChannelId, GuildId, MessageId, UserId};
use domain::settings::{Field, GuildSettings};
use domain::time::UnixMs;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt};
use store::{Board, DayTotal, MemberRecord, Ranked, Standing};

const HALF: ChannelId = ChannelId(10);
const DOUBLE: ChannelId = ChannelId(12);
const CHANNELS: [ChannelId; 3] = [HALF, ChannelId(11), DOUBLE];
const BEGIN_MS: i64 = 1_790_000_000_000;

/// What is known of a member.
#[derive(Clone)]
struct Known {
    meter: Meter,
    days: BTreeMap<Day, u64>,
    months: BTreeMap<Month, u64>,
}

/// A guild as the domain alone has it.
pub(crate) struct Model {
    pub(crate) guild: GuildId,
    pub(crate) rules: ActivityRules,
    members: BTreeMap<UserId, Known>,
}

/// Rules with every number drawn within its bounds.
pub(crate) fn rules(rng: &mut impl Rng) -> ActivityRules {
    let mut settings = GuildSettings::default();
    let gain = rng.random_range(1..=500) * 2;
    let fade = rng.random_range(1..=1000);
    let zone = ["UTC", "Asia/Taipei", "America/New_York"]
        .choose(rng)
        .expect("there are some");
    for (field, text) in [
        (Field::ActivityGain, format!("{}.{}", gain / 10, gain % 10)),
        (
            Field::ActivityCooldown,
            rng.random_range(10..=3600_u32).to_string(),
        ),
        (Field::ActivityGrace, rng.random_range(10..=600_u32).to_string()),
        (Field::ActivityFade, format!("{}.{}", fade / 10, fade % 10)),
        (Field::ActivityHalfChannels, HALF.to_string()),
        (Field::ActivityDoubleChannels, DOUBLE.to_string()),
        (Field::TimeZone, (*zone).to_owned()),
    ] {
        settings.set(field, Some(&text)).expect("within its bounds");
    }
    ActivityRules::of(&settings)
}

/// Messages of some members, from moments to days apart; about in order, some much too late.
pub(crate) fn messages(rng: &mut StdRng, guild: GuildId, users: &[UserId]) -> Vec<Message> {
    let mut at = BEGIN_MS;
    let mut keyed = Vec::new();
    for _ in 0..rng.random_range(1..80) {
        at += match rng.random_range(0..8) {
            0..4 => rng.random_range(0..90_000),
            4..6 => rng.random_range(0..1_800_000),
            6 => rng.random_range(0..10_000_000),
            _ => rng.random_range(0..400_000_000),
        };
        let message = Message {
            id: MessageId::floor(UnixMs(at)),
            guild,
            channel: *CHANNELS.choose(rng).expect("there are some"),
            author: *users.choose(rng).expect("there are some"),
            by_person: true,
            roles: Vec::new(),
            nonce: None,
        };
        let comes_at = at
            + if rng.random_bool(0.2) {
                rng.random_range(0..200_000_000)
            } else {
                0
            };
        keyed.push((comes_at, message));
    }
    keyed.shuffle(rng);
    keyed.sort_by_key(|(comes_at, _)| *comes_at);
    keyed.into_iter().map(|(_, message)| message).collect()
}

/// What a batch of messages comes to.
pub(crate) fn summed(models: &[Model], batch: &[Message]) -> Vec<MemberActivity> {
    let mut sum = ActivitySum::default();
    for model in models {
        sum.set_rules(model.guild, model.rules.clone());
    }
    for message in batch {
        assert!(sum.add(message, None));
    }
    sum.take()
}

impl Model {
    pub(crate) fn new(guild: GuildId, rules: ActivityRules) -> Self {
        Self {
            guild,
            rules,
            members: BTreeMap::new(),
        }
    }

    pub(crate) fn score_rules(&self) -> &ScoreRules {
        &self.rules.score
    }

    pub(crate) fn add(&mut self, member: &MemberActivity) {
        let first = Meter::begin(&member.runs[0], &member.rules);
        let begins = !self.members.contains_key(&member.user);
        let known = self.members.entry(member.user).or_insert_with(|| Known {
            meter: first,
            days: BTreeMap::new(),
            months: BTreeMap::new(),
        });
        for run in member.runs.iter().skip(usize::from(begins)) {
            known.meter = known.meter.plus(run, &member.rules);
        }
        for (day, count) in &member.days {
            *known.days.entry(*day).or_default() += u64::from(*count);
            *known.months.entry(day.month()).or_default() += u64::from(*count);
        }
    }

    pub(crate) fn users(&self) -> Vec<UserId> {
        self.members.keys().copied().collect()
    }

    /// All days with messages, from first to last.
    pub(crate) fn days(&self) -> BTreeSet<Day> {
        let known = self.members.values();
        known.flat_map(|known| known.days.keys().copied()).collect()
    }

    pub(crate) fn standing(&self, user: UserId, now: UnixMs, today: Day) -> Option<Standing> {
        let known = self.members.get(&user)?;
        let score = known.meter.at(now, self.score_rules());
        let scores = self
            .members
            .values()
            .map(|other| other.meter.at(now, self.score_rules()));
        let wrote = |day: Day| known.days.contains_key(&day);
        let last = if wrote(today) { today } else { today.plus(-1) };
        let streak = (0..).take_while(|back| wrote(last.plus(-back))).count();
        Some(Standing {
            meter: known.meter,
            score,
            rank: 1 + scores.filter(|other| *other > score).count() as u64,
            today: known.days.get(&today).copied().unwrap_or_default(),
            month: known.months.get(&today.month()).copied().unwrap_or_default(),
            total: known.months.values().sum(),
            streak: u32::try_from(streak).expect("short"),
        })
    }

    pub(crate) fn record(&self, user: UserId) -> Option<MemberRecord> {
        self.members.get(&user).map(|known| MemberRecord {
            guild: self.guild,
            meter: known.meter,
            days: known.days.iter().map(|(day, count)| (*day, *count)).collect(),
            months: known
                .months
                .iter()
                .map(|(month, count)| (*month, *count))
                .collect(),
        })
    }

    pub(crate) fn totals(&self) -> Vec<DayTotal> {
        let mut totals: BTreeMap<Day, (u64, u64)> = BTreeMap::new();
        for (day, count) in self.members.values().flat_map(|known| &known.days) {
            let total = totals.entry(*day).or_default();
            *total = (total.0 + count, total.1 + 1);
        }
        let total = |(day, (messages, members))| DayTotal {
            day,
            messages,
            members,
        };
        totals.into_iter().map(total).collect()
    }

    /// The whole board. Of level ones, ids with the top bit come first, as signed numbers do.
    pub(crate) fn board(&self, board: Board, now: UnixMs) -> Vec<Ranked> {
        let rules = self.score_rules();
        let mut lines: Vec<(Score, u64, UnixMs, Reverse<i64>)> = self
            .members
            .iter()
            .filter_map(|(user, known)| {
                let messages = match board {
                    Board::Score => None,
                    Board::Day(day) => Some(*known.days.get(&day)?),
                    Board::Month(month) => Some(*known.months.get(&month)?),
                };
                let line = match messages {
                    Some(messages) => (Score::ZERO, messages, UnixMs(0), Reverse(user.0.cast_signed())),
                    None => {
                        let lasts = known.meter.fades_out_at(rules);
                        (
                            known.meter.at(now, rules),
                            0,
                            lasts,
                            Reverse(user.0.cast_signed()),
                        )
                    }
                };
                (messages.is_some() || line.0 > Score::ZERO).then_some(line)
            })
            .collect();
        lines.sort_unstable_by(|one, other| other.cmp(one));
        let rank = |line: &(Score, u64, UnixMs, Reverse<i64>)| {
            1 + lines
                .iter()
                .filter(|other| (other.0, other.1) > (line.0, line.1))
                .count() as u64
        };
        lines
            .iter()
            .map(|line| Ranked {
                rank: rank(line),
                user: UserId(line.3.0.cast_unsigned()),
                score: line.0,
                messages: line.1,
            })
            .collect()
    }
}
