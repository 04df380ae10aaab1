use domain::activity::rules::Weight;
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::super::tests::{BEGIN_MS, SEEDS, batches, member};
use super::*;

/// Behind a checksum that fits, as nothing but a mistake of ours would write them.
#[test]
fn numbers_that_are_none_are_refused() {
    let (mut rng, mut clock) = (StdRng::seed_from_u64(6), BEGIN_MS);
    let usual = member(&mut rng, &mut clock);
    let with = |change: &dyn Fn(&mut MemberActivity)| {
        let mut member = usual.clone();
        change(&mut member);
        member
    };
    let run = |first: i64, last: i64, slots: u64| Run {
        first: UnixMs(first),
        last: UnixMs(last),
        slots: Slots(slots),
    };
    for member in [
        with(&|member| member.rules.cooldown = Duration::ZERO),
        with(&|member| member.rules.fade = 0),
        with(&|member| member.rules.gain = Score(-2)),
        with(&|member| member.runs = vec![run(-1, 5, 1)]),
        with(&|member| member.runs = vec![run(5, i64::MAX, 1)]),
        with(&|member| member.runs = vec![run(6, 5, 1)]),
        with(&|member| member.runs = vec![run(5, 5, 1 << 63)]),
    ] {
        assert!(!fits(&member), "{member:?}");
        let mut entries = Entries::default();
        entries.push(&usual);
        entries.push(&member);
        read(entries.finish(), &mut Noted::default()).expect_err("a number is none");
    }
}

#[test]
fn entries_come_out_as_they_went_in() {
    for seed in SEEDS {
        let batches = batches(seed);
        let mut entries = Entries::default();
        let members: Vec<_> = batches.iter().flatten().collect();
        for member in &members {
            assert!(fits(member));
            entries.push(member);
        }
        let mut noted = Noted::default();
        read(entries.finish(), &mut noted).expect("sound");
        let key = |member: &MemberActivity| (member.guild.0.cast_signed(), member.user.0.cast_signed());
        let runs = members.iter().flat_map(|member| {
            let (guild, user) = key(member);
            member
                .runs
                .iter()
                .map(move |run| (guild, user, member.rules, *run))
        });
        let runs_read = noted.runs.iter();
        let runs_read = runs_read.map(|of| (of.guild, of.user, *noted.rules(of.rules), of.run));
        assert_eq!(
            runs_read.collect::<Vec<_>>(),
            runs.collect::<Vec<_>>(),
            "seed {seed}"
        );
        let days = members.iter().flat_map(|member| {
            let (guild, user) = key(member);
            let row = move |(day, count): &(Day, u32)| (guild, day.0, user, i64::from(*count));
            member.days.iter().map(row)
        });
        assert_eq!(noted.days, days.collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn message_takes_few_bytes() {
    const MESSAGES: u64 = 1_000;
    let (mut rng, mut entries) = (StdRng::seed_from_u64(7), Entries::default());
    for number in 0..MESSAGES {
        entries.push(&MemberActivity {
            guild: GuildId(rng.random_range(1_u64..6) << 58),
            user: UserId(rng.random_range(1 << 59..1 << 60)),
            days: vec![(Day(20_717), 1)],
            runs: vec![Run::one(UnixMs(BEGIN_MS + 20 * number as i64), Weight::Normal)],
            rules: ScoreRules::default(),
        });
    }
    let len = entries.finish().len() as u64;
    assert!(len < 18 * MESSAGES, "{len} bytes");
}
