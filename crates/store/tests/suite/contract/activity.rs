use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::Weight;
use domain::day::Day;
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use domain::zone::Zone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{Board, Place, Store, StoreOptions};

use super::activity_model::{self, Model};
use super::words::*;

async fn count(store: &Store, members: Vec<MemberActivity>) {
    commit(store, vec![Effect::CountActivity(members)]).await;
}

/// Whatever is asked of a guild, the store says what the domain's own reckoning says.
async fn agrees(store: &Store, model: &Model, rng: &mut StdRng, case: &str) {
    let (guild, rules) = (model.guild, model.score_rules());
    let days = model.days();
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return;
    };
    let totals = store.messages_by_day(guild, *first..=*last).await.expect("read");
    assert_eq!(totals, model.totals(), "{case}");
    let users = model.users();
    for user in &users {
        let meter = model.standing(*user, UnixMs(0), *last).expect("known").meter;
        let now = UnixMs(meter.last.0 + rng.random_range(0..200_000_000));
        let today = last.plus(rng.random_range(-3..3));
        let told = store
            .standing(guild, *user, now, today, rules)
            .await
            .expect("read");
        assert_eq!(told, model.standing(*user, now, today), "{case}, user {user}");
        let records = store.member_activity(*user).await.expect("read");
        let record = records.into_iter().find(|record| record.guild == guild);
        assert_eq!(record, model.record(*user), "{case}, user {user}");
    }
    let now = last.begins(&model.rules.zone) + std::time::Duration::from_secs(rng.random_range(0..100_000));
    for board in [Board::Score, Board::Day(*last), Board::Month(last.month())] {
        let whole = model.board(board, now);
        let count = store.ranked_count(guild, board, now).await.expect("read");
        assert_eq!(count, whole.len() as u64, "{case}, {board:?}");
        let mut told = Vec::new();
        loop {
            let page = store
                .leaderboard(guild, board, now, rules, told.len() as u64, 3)
                .await
                .expect("read");
            if page.is_empty() {
                break;
            }
            told.extend(page);
        }
        assert_eq!(told, whole, "{case}, {board:?}");
    }
    let mut scored = Vec::new();
    let mut after = UserId(0);
    loop {
        let page = store
            .scored_members(guild, after, 2, now, rules)
            .await
            .expect("read");
        let Some((user, _)) = page.last() else { break };
        after = *user;
        scored.extend(page);
    }
    let mut whole: Vec<_> = model
        .board(Board::Score, now)
        .iter()
        .map(|line| (line.user, line.score))
        .collect();
    whole.sort_unstable();
    assert_eq!(scored, whole, "{case}");
}

pub(crate) async fn messages_in_any_batches_come_to_what_the_domain_says(options: &StoreOptions) {
    let store = open(options).await;
    let cases = match options.place {
        Place::File(_) => 30,
        Place::Server(_) => 6,
    };
    for seed in 0..cases {
        let case = format!("seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        let users: Vec<UserId> = (1..6)
            .map(|n| UserId(if n == 5 { u64::MAX - seed } else { n }))
            .collect();
        let mut models: Vec<Model> = (0..3)
            .map(|n| {
                let id = if n == 2 { u64::MAX - seed } else { seed * 3 + n + 1 };
                Model::new(GuildId(id), activity_model::rules(&mut rng))
            })
            .collect();
        let mut messages: Vec<_> = models
            .iter()
            .flat_map(|model| activity_model::messages(&mut rng, model.guild, &users))
            .collect();
        messages.sort_by_key(|message| message.id.0 >> 50);
        let mut rest = messages.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(rng.random_range(1..=rest.len().min(25)));
            rest = later;
            let members = activity_model::summed(&models, batch);
            for member in &members {
                let model = models.iter_mut().find(|model| model.guild == member.guild);
                model.expect("one of them").add(member);
            }
            count(&store, members).await;
        }
        for model in &models {
            agrees(&store, model, &mut rng, &case).await;
        }
        let changed = &mut models[0];
        let mut other = activity_model::rules(&mut rng);
        other.zone = changed.rules.zone.clone();
        changed.rules = other;
        let rescored = store.rescore(changed.guild, changed.score_rules()).await;
        assert_eq!(rescored.expect("written"), changed.users().len() as u64, "{case}");
        agrees(&store, changed, &mut rng, &format!("{case}, by other rules")).await;
    }
}

pub(crate) async fn pages_of_a_crowded_board_are_those_of_the_whole(options: &StoreOptions) {
    let store = open(options).await;
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut model = Model::new(GuildId(seed + 1), activity_model::rules(&mut rng));
        let rules = *model.score_rules();
        // Few times and few gains, so that many are level and many fade out together.
        let members: Vec<_> = (1..=300)
            .map(|user| {
                let at = UnixMs(1_790_000_000_000 + rng.random_range(0..12) * 600_000);
                let weights = [Weight::Half, Weight::Normal, Weight::Double];
                MemberActivity {
                    guild: model.guild,
                    user: UserId(user),
                    days: vec![(Day::at(at, Zone::utc()), 1)],
                    runs: vec![Run::one(at, weights[rng.random_range(0..3)])],
                    rules,
                }
            })
            .collect();
        members.iter().for_each(|member| model.add(member));
        count(&store, members).await;
        for minutes in [0, 60, 110, 120, 180, 600] {
            let now = UnixMs(1_790_000_000_000 + minutes * 60_000);
            let whole = model.board(Board::Score, now);
            for (skip, len_max) in [(0, 10), (7, 1), (40, 25), (290, 25), (0, 300)] {
                let page = store
                    .leaderboard(model.guild, Board::Score, now, &rules, skip, len_max)
                    .await
                    .expect("read");
                let from = whole.len().min(usize::try_from(skip).expect("small"));
                let to = whole.len().min(from + len_max);
                assert_eq!(
                    page,
                    whole[from..to],
                    "seed {seed}, {minutes} min, behind {skip}, {len_max}"
                );
            }
        }
    }
}
