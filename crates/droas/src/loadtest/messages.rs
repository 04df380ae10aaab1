//! `droas loadtest messages`: members write, and the bot counts it.

pub(super) mod committed;
mod report;

use std::time::Duration;

use anyhow::Context;
use domain::id::{GuildId, MessageId, UserId};
use domain::time::UnixMs;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::config::Limits;
use sim::driver::{MemberHandle, Sim};
use sim::rest::limits::RestLimits;
use sim::world::Id;
use sim::world::message::NewMessage;
use store::Store;

use super::build::Build;
use super::exactness::{Counted, Expected, Miscounted};
use super::hosted::{CONNECT_WITHIN, Hosted};
use crate::measured::Latency;
use committed::Committed;
use report::Report;

/// Members write, and what the bot counted of it
///
/// The figures come as a Markdown table, or as JSON. The exit status is 1 when a single count or score is not what the
/// simulated Discord says it must be.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many guilds there are
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    guilds: u32,
    /// How many members each guild has
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    members: u32,
    /// How many messages are written
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    messages: u32,
    /// How many are written in a second; 0: as many as the bot takes
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(0..=200_000))]
    per_second: u32,
    /// How long the last of them may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    patience: u32,
    /// Draws other members; the same seed draws the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Print the figures as JSON, for machines
    #[arg(long)]
    json: bool,
}

/// Written at once when the bot takes what it can.
const PORTION: u32 = 200;
/// So many may wait to be handed to the bot's connection; a session keeps no more for a replay.
const UNTOLD_MAX: u64 = 2_000;
/// How often it is looked at whether more may be written.
const TICK: Duration = Duration::from_millis(1);

/// A text of the usual length; the bot is not told it, as it has not asked for texts.
pub(super) const TEXT: &str = "I'll be there at eight, keep me a seat next to the window";

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let limits = Limits {
        rest: RestLimits::raised(),
        // Nobody reads them.
        messages_per_channel_max: 100,
        ..Limits::default()
    };
    super::simulated(limits, args.json, async |sim| measure(sim, &args).await).await
}

async fn measure(sim: &Sim, args: &Args) -> anyhow::Result<Report> {
    let members = populate(sim, args);
    let mut bot = Hosted::connected(sim).await?;
    let committed = Committed::watch(bot.database(), sim.state().clock().clone());
    // Until it has stored what it was told of its guilds, so that nothing of that is measured.
    let told = committed
        .until(CONNECT_WITHIN, || last_told(sim))
        .await
        .context("the bot did not store its session")?;

    let (cpu_before, memory_before_mib) = (bot.cpu(), bot.peak_memory_mib());
    write(sim, &members, args).await?;
    let patience = Duration::from_secs(args.patience.into());
    let all_stored = committed.until(patience, || last_told(sim)).await;
    let cpu = bot.cpu().zip(cpu_before).map(|(after, before)| after - before);
    let peak_memory_mib = bot.peak_memory_mib();
    bot.is_running()?;
    let seen = committed.stop()?;

    let store = bot.stop().await?;
    let (posted, written) = posted(sim);
    let miscounted = recount(store, written, &members).await?;

    let stored_at_us = seen.stored_at_us(told, posted.len());
    let waited = posted
        .iter()
        .zip(&stored_at_us)
        .map(|(posted, stored)| stored - posted);
    let took_us = posted.first().zip(stored_at_us.last());
    let took_us = took_us.map_or(0, |(first, last)| last - first);
    Ok(Report {
        build: Build::ours(),
        messages: posted.len(),
        guilds: args.guilds,
        members: args.members,
        per_second: args.per_second,
        stored: stored_at_us.len(),
        took_s: took_us as f64 / 1e6,
        messages_per_s: stored_at_us.len() as f64 * 1e6 / (took_us as f64).max(1.0),
        commits: seen.commits_since(told),
        event_to_commit_ms: Latency::of(waited),
        cpu_s: cpu.map(|cpu| cpu.as_secs_f64()),
        cpu_us_per_message: cpu.map(|cpu| cpu.as_secs_f64() * 1e6 / posted.len() as f64),
        memory_before_mib,
        peak_memory_mib,
        in_time: all_stored.is_ok(),
        miscounted,
    })
}

/// Makes the guilds and their members, each with the channel that they write in.
fn populate(sim: &Sim, args: &Args) -> Vec<(MemberHandle, Id)> {
    let mut members = Vec::new();
    for number in 0..args.guilds {
        let guild = sim.create_guild(&format!("guild {number}"));
        let channel = guild.create_channel("talk");
        let join = |number| (guild.join(&format!("guest {number}")), channel);
        members.extend((0..args.members).map(join));
    }
    members
}

/// The sequence of the last event that there was for the bot.
pub(super) fn last_told(sim: &Sim) -> u64 {
    let world = sim.world();
    let told = world.sessions.iter().map(|(_, session)| session.sequence());
    told.max().unwrap_or_default()
}

/// Has members write.
async fn write(sim: &Sim, members: &[(MemberHandle, Id)], args: &Args) -> anyhow::Result<()> {
    let mut random = StdRng::seed_from_u64(args.seed);
    let began = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    let mut written = 0;
    while written < args.messages {
        ticks.tick().await;
        let due = if args.per_second == 0 {
            args.messages
        } else {
            let due = began.elapsed().as_secs_f64() * f64::from(args.per_second);
            args.messages.min(due as u32)
        };
        let mut may_write = true;
        while written < due && may_write {
            let mut world = sim.world();
            for _ in 0..PORTION.min(due - written) {
                let (member, channel) = members[random.random_range(0..members.len())];
                world
                    .create_message(channel, member.user, NewMessage::text(TEXT))
                    .map_err(|error| anyhow::anyhow!("nobody can write: {error:?}"))?;
                written += 1;
            }
            // At a pace that was asked for, what waits is what is measured.
            let untold = world.sessions.iter().map(|(_, session)| session.untold());
            may_write = args.per_second > 0 || untold.max() < Some(UNTOLD_MAX);
        }
    }
    Ok(())
}

/// A message: where it was written, by whom and when.
type Written = (GuildId, UserId, UnixMs);

/// What members wrote: when each message was there, by Discord's clock, and what it counts as.
pub(super) fn posted(sim: &Sim) -> (Vec<i64>, Vec<Written>) {
    let world = sim.world();
    let by_members = world
        .log
        .messages
        .iter()
        .filter(|post| post.author != world.bot.id);
    by_members
        .map(|post| {
            let at = MessageId(post.message).created_at();
            (post.at_us, (GuildId(post.guild), UserId(post.author), at))
        })
        .unzip()
}

/// Holds what is stored of those who wrote against what they wrote, and closes the store.
pub(super) async fn recount(
    store: Store,
    written: Vec<Written>,
    writers: &[(MemberHandle, Id)],
) -> anyhow::Result<Miscounted> {
    let expected = Expected::of(written.into_iter());
    let users = writers.iter().map(|(member, _)| UserId(member.user));
    let counted = Counted::of(&store, users, |_| true, &expected).await?;
    store.close().await;
    Ok(expected.against(&counted))
}
