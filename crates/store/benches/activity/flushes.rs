//! A flush: what many members wrote, in one transaction.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::activity::meter::{MemberActivity, Run};
use domain::activity::rules::{ScoreRules, Weight};
use domain::effect::Effect;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::{Connection, params_from_iter};
use store::{Batch, Board, Place, Store, StoreOptions};

use crate::boards::connected;
use crate::measured::{Measured, measure, milliseconds};
use crate::{NOW, ROUNDS, TODAY};

/// Members of a flush, over this many guilds.
const MEMBERS: u64 = 5_000;
const GUILDS: u64 = 50;
/// Members that the guilds have before.
const MEMBERS_BEFORE: u64 = 200_000;

/// One message of each member, at a time.
fn members(at: UnixMs, first: u64) -> Vec<MemberActivity> {
    let rules = ScoreRules::default();
    let mut members: Vec<MemberActivity> = (first..first + MEMBERS)
        .map(|n| MemberActivity {
            guild: guild(n),
            user: user(n),
            days: vec![(TODAY, 1)],
            runs: vec![Run::one(at, Weight::Normal)],
            rules,
        })
        .collect();
    members.sort_by_key(|member| (member.guild, member.user));
    members
}

fn guild(n: u64) -> GuildId {
    GuildId((n % GUILDS + 1) << 22)
}

/// Ids as far apart as those of people are.
fn user(n: u64) -> UserId {
    UserId(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 4)
}

fn batch(members: Vec<MemberActivity>) -> Batch {
    Batch {
        at: NOW,
        effects: vec![Effect::CountActivity(members)],
        checkpoint: None,
    }
}

pub(crate) async fn of_a_file(out: &mut impl Write) -> io::Result<()> {
    let (mut raw, mut many) = (Vec::new(), Vec::new());
    let (mut noted, mut counted) = ([const { Vec::new() }; 2], [const { Vec::new() }; 2]);
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
        let path = prepared_file(folder.path()).await;
        let copy = folder.path().join("copy.sqlite");
        std::fs::copy(&path, &copy)?;
        raw.push(inserts(&copy, 1).await);
        std::fs::copy(&path, &copy)?;
        many.push(inserts(&copy, 50).await);
        let store = Store::open(&StoreOptions::at(&path)).await.expect("opens");
        // At first nobody knows these members, then they write again.
        for (which, later) in [0, 90].into_iter().enumerate() {
            let flush = batch(members(NOW + Duration::from_secs(later), MEMBERS_BEFORE));
            let note = measure(async || store.commit(flush).await.expect("committed")).await;
            // What is only noted yet is counted before a leaderboard is read.
            let count = measure(async || {
                let board = Board::Day(TODAY);
                store.ranked_count(guild(0), board, NOW).await.expect("read")
            })
            .await;
            noted[which].push(note);
            counted[which].push(note + count);
        }
        store.close().await;
    }
    let (raw, many) = (Measured::median(raw), Measured::median(many));
    let [noted_new, noted_known] = noted.map(Measured::median);
    let [new, known] = counted.map(Measured::median);
    writeln!(
        out,
        "| a file, {MEMBERS} members in one transaction, {MEMBERS_BEFORE} there before | ms | CPU ms | of raw inserts |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    for (name, one) in [
        ("raw inserts of the same rows", raw),
        ("the same, 50 rows a statement", many),
        ("`CountActivity`, members who are new: stored", noted_new),
        ("stored and counted", new),
        ("`CountActivity`, members who are known: stored", noted_known),
        ("stored and counted", known),
    ] {
        writeln!(
            out,
            "| {name} | {} | {} | {:.2} |",
            milliseconds(one.wall),
            milliseconds(one.cpu),
            one.cpu.as_secs_f64() / raw.cpu.as_secs_f64()
        )?;
    }
    Ok(())
}

/// The index by user is changed by each write here, since the server moves a row that it changes: with it and without, side by
/// side.
pub(crate) async fn of_a_server(out: &mut impl Write, server: &pgtest::Server) -> io::Result<()> {
    let (with, without) = (server.database(), server.database());
    let stores = [opened(&with.url()).await, opened(&without.url()).await];
    connected(&without.url())
        .await
        .batch_execute("DROP INDEX activity_meter_by_user")
        .await
        .expect("dropped");
    let mut rounds = [const { Vec::new() }; 4];
    for round in 0..ROUNDS as u64 {
        for (later, column) in [(0, 0), (90, 1)] {
            let flush = batch(members(NOW + Duration::from_secs(later), MEMBERS * round));
            for (row, store) in stores.iter().enumerate() {
                let flush = flush.clone();
                let took = measure(async || store.commit(flush).await.expect("committed")).await;
                rounds[row * 2 + column].push(took);
            }
        }
    }
    let medians = rounds.map(|rounds| milliseconds(Measured::median(rounds).wall));
    writeln!(
        out,
        "| a server, {MEMBERS} members in one transaction | new: ms | known: ms |"
    )?;
    writeln!(out, "|---|---|---|")?;
    writeln!(out, "| `CountActivity` | {} | {} |", medians[0], medians[1])?;
    writeln!(
        out,
        "| without the index by user | {} | {} |",
        medians[2], medians[3]
    )
}

async fn opened(url: &str) -> Store {
    let options = StoreOptions::in_place(Place::Server(url.parse().expect("a URL")));
    Store::open(&options).await.expect("opens")
}

/// A database whose guilds have members already.
async fn prepared_file(folder: &Path) -> PathBuf {
    let path = folder.join("droas.sqlite");
    let store = Store::open(&StoreOptions::at(&path)).await.expect("opens");
    for first in (0..MEMBERS_BEFORE).step_by(MEMBERS as usize) {
        let flush = batch(members(NOW - Duration::from_secs(3600), first));
        store.commit(flush).await.expect("committed");
    }
    store.close().await;
    path
}

/// The same rows with nothing but prepared inserts, so many rows a statement, on a connection that is set up as the store's.
async fn inserts(path: &Path, rows: usize) -> Measured {
    let mut db = Connection::open(path).expect("opens");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA mmap_size = 67108864",
    )
    .expect("set up");
    let members = members(NOW, MEMBERS_BEFORE);
    measure(async || {
        let tx = db.transaction().expect("begun");
        let insert = |table: &str, columns: usize| {
            let row = format!("({})", vec!["?"; columns].join(", "));
            let all = vec![row; rows].join(", ");
            tx.prepare(&format!("INSERT INTO {table} VALUES {all}"))
                .expect("prepared")
        };
        let mut meter = insert("activity_meter", 10);
        let mut daily = insert("activity_daily", 4);
        let mut monthly = insert("activity_monthly", 4);
        for some in members.chunks(rows) {
            let keys = || {
                some.iter()
                    .map(|member| (to_db(member.guild.0), to_db(member.user.0)))
            };
            let (now, score, gone) = (NOW.0, 180_000_000, NOW.0 + 12_600_000);
            let meters =
                keys().flat_map(|(guild, user)| [guild, user, 0, now, now, now, score, 3, score, gone]);
            meter.execute(params_from_iter(meters)).expect("inserted");
            for (insert, period) in [(&mut daily, TODAY.0), (&mut monthly, TODAY.month().0)] {
                let messages = keys().flat_map(|(guild, user)| [guild, i64::from(period), user, 1]);
                insert.execute(params_from_iter(messages)).expect("inserted");
            }
        }
        drop((meter, daily, monthly));
        tx.commit().expect("committed");
    })
    .await
}

fn to_db(id: u64) -> i64 {
    id.cast_signed()
}
