//! What holds for scores in whatever order messages come in, however they are divided, and however often each comes.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::activity::meter::Meter;
use domain::activity::rules::{ActivityRules, ScoreRules, Weight};
use domain::activity::score::Score;
use domain::activity::sum::ActivitySum;
use domain::event::Message;
use domain::id::{ChannelId, GuildId, MessageId, UserId};
use domain::settings::{Field, GuildSettings};
use domain::time::UnixMs;
use proptest::prelude::*;

const GUILD: GuildId = GuildId(1);
const USER: UserId = UserId(2);
const HALF: ChannelId = ChannelId(10);
const NORMAL: ChannelId = ChannelId(11);
const DOUBLE: ChannelId = ChannelId(12);
const BEGIN_MS: i64 = 1_790_000_000_000;

/// Rules with every number drawn within its bounds.
fn settings() -> impl Strategy<Value = GuildSettings> {
    (1_u32..=500, 10_u32..=3600, 10_u32..=600, 1_u32..=1000).prop_map(|(fifths, cooldown, grace, fade)| {
        let mut settings = GuildSettings::default();
        let gain = fifths * 2;
        for (field, text) in [
            (Field::ActivityGain, format!("{}.{}", gain / 10, gain % 10)),
            (Field::ActivityCooldown, cooldown.to_string()),
            (Field::ActivityGrace, grace.to_string()),
            (Field::ActivityFade, format!("{}.{}", fade / 10, fade % 10)),
            (Field::ActivityHalfChannels, HALF.to_string()),
            (Field::ActivityDoubleChannels, DOUBLE.to_string()),
        ] {
            settings.set(field, Some(&text)).expect("within its bounds");
        }
        settings
    })
}

/// Messages from seconds to days apart.
fn messages() -> impl Strategy<Value = Vec<(i64, ChannelId)>> {
    messages_in(prop_oneof![Just(HALF), Just(NORMAL), Just(DOUBLE)])
}

fn messages_in(channel: impl Strategy<Value = ChannelId>) -> impl Strategy<Value = Vec<(i64, ChannelId)>> {
    let gap = prop_oneof![
        4 => 0_i64..90_000,
        2 => 0_i64..1_800_000,
        1 => 0_i64..10_000_000,
        1 => 0_i64..400_000_000,
    ];
    prop::collection::vec((gap, channel), 1..60).prop_map(|steps| {
        let mut at = BEGIN_MS;
        let step = |(gap, channel)| {
            at += gap;
            (at, channel)
        };
        steps.into_iter().map(step).collect()
    })
}

fn message((at, channel): (i64, ChannelId)) -> Message {
    Message {
        id: MessageId::floor(UnixMs(at)),
        guild: GUILD,
        channel,
        author: USER,
        by_person: true,
        roles: Vec::new(),
        nonce: None,
    }
}

/// The rules word by word, over all messages at once in the order in which they were written.
fn recounted(rules: &ScoreRules, messages: &[(i64, ChannelId)], now: i64) -> Score {
    let (gain, grace, fade) = (rules.gain.0, rules.grace_ms(), rules.fade);
    let mut score = 0_i64;
    let mut last: Option<i64> = None;
    let mut gained: BTreeMap<i64, i64> = BTreeMap::new();
    let fading = |score: i64, silence: i64| (score - fade * (silence - grace).max(0)).max(0);
    for (at, channel) in messages {
        score = fading(score, last.map_or(0, |last| at - last));
        last = Some(*at);
        let worth = match *channel {
            HALF => gain / 2,
            DOUBLE => gain * 2,
            _ => gain,
        };
        let so_far = gained.entry(at / rules.cooldown_ms()).or_default();
        score = (score + (worth - *so_far).max(0)).min(Score::MAX.0);
        *so_far = worth.max(*so_far);
    }
    Score(fading(score, now - last.unwrap_or(now)))
}

/// Adds batches as the store does, and tells how many messages the days have. All of them count.
fn metered(rules: &ActivityRules, batches: &[Vec<(i64, ChannelId)>]) -> (Meter, u32) {
    let (meter, count) = metered_with_threads(rules, batches, &BTreeMap::new());
    let all: usize = batches.iter().map(Vec::len).sum();
    assert_eq!(count as usize, all);
    (meter.expect("there was a message"), count)
}

/// The same where some channels are threads, each with its parent.
fn metered_with_threads(
    rules: &ActivityRules,
    batches: &[Vec<(i64, ChannelId)>],
    parents: &BTreeMap<ChannelId, ChannelId>,
) -> (Option<Meter>, u32) {
    let (mut meter, mut count) = (None::<Meter>, 0);
    for batch in batches {
        let mut sum = ActivitySum::default();
        sum.set_rules(GUILD, rules.clone());
        for one in batch {
            sum.add(&message(*one), parents.get(&one.1).copied());
        }
        for member in sum.take() {
            count += member.days.iter().map(|(_, count)| count).sum::<u32>();
            for run in &member.runs {
                meter = Some(match meter {
                    None => Meter::begin(run, &member.rules),
                    Some(meter) => meter.plus(run, &member.rules),
                });
            }
        }
    }
    (meter, count)
}

/// Cuts a list where the bits say.
fn divided(messages: &[(i64, ChannelId)], cuts: u64) -> Vec<Vec<(i64, ChannelId)>> {
    let mut batches = vec![Vec::new()];
    for (index, one) in messages.iter().enumerate() {
        if cuts >> (index % 64) & 1 == 1 {
            batches.push(Vec::new());
        }
        batches.last_mut().expect("never empty").push(*one);
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

/// Scores that fade are rounded to what fades within a millisecond.
fn alike(one: Score, other: Score, rules: &ScoreRules) -> bool {
    (one.0 - other.0).abs() <= rules.fade
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn batches_in_order_come_to_what_the_rules_say(
        settings in settings(),
        messages in messages(),
        cuts: u64,
        later in 0_i64..200_000_000,
    ) {
        let rules = ActivityRules::of(&settings);
        let now = messages.last().expect("at least one").0 + later;
        let (meter, count) = metered(&rules, &divided(&messages, cuts));
        let right = recounted(&rules.score, &messages, now);
        let score = meter.at(UnixMs(now), &rules.score);
        prop_assert!(alike(score, right, &rules.score), "{score} is not {right}");
        prop_assert_eq!(count as usize, messages.len());
    }

    #[test]
    fn order_of_arrival_batches_and_repetition_change_no_score(
        settings in settings(),
        messages in messages(),
        lateness in prop::collection::vec(0.0_f64..1.0, 60),
        repeated: u64,
        cuts: u64,
    ) {
        let rules = ActivityRules::of(&settings);
        let bound = (20 * rules.score.cooldown_ms()).min(rules.score.grace_ms());
        let mut arriving: Vec<_> = messages
            .iter()
            .zip(&lateness)
            .flat_map(|(one, late)| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below an hour")]
                let arrives = |share: f64| one.0 + (bound as f64 * share) as i64;
                [(arrives(*late), *one), (arrives(1.0 - late), *one)]
            })
            .enumerate()
            .filter(|(index, _)| index % 2 == 0 || repeated >> (index % 64) & 1 == 1)
            .map(|(_, one)| one)
            .collect();
        arriving.sort_by_key(|(arrives, _)| *arrives);
        let arriving: Vec<_> = arriving.into_iter().map(|(_, one)| one).collect();
        let (in_order, _) = metered(&rules, std::slice::from_ref(&messages));
        let (as_it_came, _) = metered(&rules, &divided(&arriving, cuts));
        let now = UnixMs(messages.last().expect("at least one").0);
        prop_assert_eq!(as_it_came.score(&rules.score), in_order.score(&rules.score));
        prop_assert_eq!(as_it_came.at(now, &rules.score), in_order.at(now, &rules.score));
        prop_assert_eq!(as_it_came.fades_out_at(&rules.score), in_order.fades_out_at(&rules.score));
    }

    #[test]
    fn thread_counts_as_its_parent_unless_it_is_named_itself_however_messages_are_divided(
        left_out in prop::collection::vec(20_u64..28, 0..4),
        half in prop::collection::vec(20_u64..28, 0..4),
        double in prop::collection::vec(20_u64..28, 0..4),
        // Threads are among the same numbers as channels, and a thread may be called another's parent.
        parents in prop::collection::btree_map((20_u64..28).prop_map(ChannelId), (20_u64..28).prop_map(ChannelId), 0..6),
        messages in messages_in((20_u64..28).prop_map(ChannelId)),
        cuts: u64,
    ) {
        let mut settings = GuildSettings::default();
        let lists = [
            (Field::ActivityLeftOutChannels, left_out),
            (Field::ActivityHalfChannels, half),
            (Field::ActivityDoubleChannels, double),
        ];
        for (field, ids) in &lists {
            let text = ids.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
            settings.set(*field, (!text.is_empty()).then_some(&text)).expect("ids");
        }
        let named = |channel: ChannelId| lists.iter().any(|(_, ids)| ids.contains(&channel.0));
        let rules = ActivityRules::of(&settings);
        let moved: Vec<_> = messages
            .iter()
            .map(|(at, channel)| match parents.get(channel) {
                Some(parent) if !named(*channel) => (*at, *parent),
                _ => (*at, *channel),
            })
            .collect();
        let as_it_came = metered_with_threads(&rules, &divided(&messages, cuts), &parents);
        let (right, count) = metered_with_threads(&rules, &divided(&moved, cuts), &BTreeMap::new());
        prop_assert_eq!(as_it_came, (right, count));
        let at_once = metered_with_threads(&rules, std::slice::from_ref(&messages), &parents);
        let score = |meter: Option<Meter>| meter.map(|meter| meter.score(&rules.score));
        prop_assert_eq!((score(at_once.0), at_once.1), (score(right), count));
        for (_, channel) in &messages {
            // Where the parent is not asked for, it changes nothing.
            let one = message((BEGIN_MS, *channel));
            let parent = parents.get(channel).copied();
            prop_assert!(rules.asks_for_parent(*channel) || rules.weight(&one, parent) == rules.weight(&one, None));
        }
    }

    #[test]
    fn score_stays_within_its_bounds_and_only_fades(
        settings in settings(),
        messages in messages(),
        pauses in prop::collection::vec(0_i64..50_000_000, 10),
    ) {
        let rules = ActivityRules::of(&settings);
        let (meter, _) = metered(&rules, std::slice::from_ref(&messages));
        let mut now = meter.last;
        let mut before = Score::MAX;
        for pause in pauses {
            now = now + Duration::from_millis(pause.unsigned_abs());
            let score = meter.at(now, &rules.score);
            prop_assert!(Score::ZERO <= score && score <= before);
            before = score;
        }
        prop_assert_eq!(meter.at(meter.fades_out_at(&rules.score), &rules.score), Score::ZERO);
    }
}

#[test]
fn the_usual_rules_are_five_points_a_minute_and_two_lost_an_hour_after_the_first() {
    let rules = ActivityRules::default();
    let minute = |minutes: i64| (BEGIN_MS / 60_000 * 60_000 + minutes * 60_000, NORMAL);
    let (meter, _) = metered(&rules, &[vec![minute(0), minute(0), minute(1)]]);
    let hours = |hours: i64| UnixMs(minute(1 + hours * 60).0);
    for (after, points) in [(0, 10), (1, 10), (2, 8), (4, 4), (6, 0), (100, 0)] {
        assert_eq!(
            meter.at(hours(after), &rules.score),
            Score::points(points),
            "{after} hours"
        );
    }
}

#[test]
fn first_burst_is_stored_alike_whichever_of_its_messages_came_first() {
    let rules = ActivityRules::default();
    let early = (BEGIN_MS, NORMAL);
    let late = (BEGIN_MS + 420_000, NORMAL);
    let (in_order, _) = metered(&rules, &[vec![early], vec![late]]);
    let (reversed, _) = metered(&rules, &[vec![late], vec![early]]);
    assert_eq!(in_order, reversed);
    assert_eq!(reversed.base_at, UnixMs(BEGIN_MS));
}

#[test]
fn bots_left_out_channels_and_roles_do_not_count() {
    let mut settings = GuildSettings::default();
    settings
        .set(Field::ActivityLeftOutChannels, Some("11"))
        .expect("an id");
    settings
        .set(Field::ActivityLeftOutRoles, Some("7"))
        .expect("an id");
    let rules = ActivityRules::of(&settings);
    let ordinary = message((BEGIN_MS, HALF));
    assert_eq!(rules.weight(&ordinary, None), Some(Weight::Normal));
    let by_bot = Message {
        by_person: false,
        ..ordinary.clone()
    };
    let in_channel = Message {
        channel: NORMAL,
        ..ordinary.clone()
    };
    let with_role = Message {
        roles: vec![domain::id::RoleId(7)],
        ..ordinary
    };
    for left_out in [by_bot, in_channel, with_role] {
        assert_eq!(rules.weight(&left_out, None), None, "{left_out:?}");
    }
    settings.set(Field::ActivityEnabled, Some("off")).expect("a flag");
    assert_eq!(
        ActivityRules::of(&settings).weight(&message((BEGIN_MS, HALF)), None),
        None
    );
}
