//! `droas loadtest steady`: does what the bot takes stay the same, at rest and under load?

mod flatness;
mod report;

use std::time::Duration;

use anyhow::Context;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::config::Limits;
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::world::Id;
use sim::world::message::NewMessage;
use tokio::time::Instant;

use super::build::Build;
use super::greeted::Greeted;
use super::hosted::{CONNECT_WITHIN, Hosted};
use super::messages::committed::Committed;
use super::messages::{TEXT, last_told, posted, recount};
use crate::measured::Welcomes;
use report::{Phase, Report, Sample};

/// Members write and join at a steady pace, and how the bot's memory goes meanwhile
///
/// At first nothing happens, then members write and join. The bot's memory and processor time are taken down every few
/// seconds, and a line is laid through the memory of each phase. Discord's own limits hold. The figures come as a
/// Markdown table, or as JSON with every sample. The exit status is 1 when a welcome was lost or sent twice or a message
/// miscounted.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long nothing happens at first
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(0..=86_400))]
    rest: u32,
    /// How long members write and join after that
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    load: u32,
    /// Messages in a second
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    messages_per_second: u32,
    /// Joins in a second
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    joins_per_second: u32,
    /// How many guilds there are, in turn joined and at random written in
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    guilds: u32,
    /// How many members each guild has who write
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    members: u32,
    /// How often memory and processor time are taken down
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = interval)]
    every: f64,
    /// How long the last welcome and the last count may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    patience: u32,
    /// Draws other members; the same seed draws the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Print the figures as JSON, for machines
    #[arg(long)]
    json: bool,
}

fn interval(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.05..=600.0).contains(&seconds) => Ok(seconds),
        _ => Err("must be a number from 0.05 to 600".to_owned()),
    }
}

/// How often it is looked at whether somebody is due to write or to join.
const TICK: Duration = Duration::from_millis(1);

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let limits = Limits {
        // Nobody looks at the pictures or reads what was written long ago.
        attachment_bytes_max: 0,
        messages_per_channel_max: 100,
        ..Limits::default()
    };
    super::simulated(limits, args.json, async |sim| measure(sim, &args).await).await
}

async fn measure(sim: &Sim, args: &Args) -> anyhow::Result<Report> {
    let mut community = Community::of(sim, args);
    let mut bot = Hosted::connected(sim).await?;
    all_stored(sim, &bot, CONNECT_WITHIN).await?;

    let began = Instant::now();
    let rest = Duration::from_secs(args.rest.into());
    let resting = watch(&bot, began, rest, args, async |_| Ok(())).await?;
    bot.is_running()?;
    let load = Duration::from_secs(args.load.into());
    let loaded = watch(&bot, began, load, args, async |passed: Duration| {
        community.live(sim, passed, args)
    })
    .await?;
    bot.is_running()?;

    let patience = Duration::from_secs(args.patience.into());
    let all_stored = all_stored(sim, &bot, patience).await.is_ok();
    let all_greeted = community.all_greeted(sim, patience).await;
    let store = bot.stop().await?;
    let (_, written) = posted(sim);
    let messages = written.len();
    let miscounted = recount(store, written, &community.writers).await?;
    Ok(Report {
        build: Build::ours(),
        guilds: args.guilds,
        members: args.members,
        messages_per_second: args.messages_per_second,
        joins_per_second: args.joins_per_second,
        messages,
        joins: community.joined.len(),
        greeted: Greeted::of(&community.welcomes, community.joined.iter().copied()),
        miscounted,
        in_time: all_stored && all_greeted,
        earned_429: sim.counters().rate_limited_earned,
        at_rest: Phase::of(resting),
        under_load: Phase::of(loaded),
    })
}

/// Waits until the bot has stored everything that it was told.
async fn all_stored(sim: &Sim, bot: &Hosted, patience: Duration) -> anyhow::Result<()> {
    let committed = Committed::watch(bot.database(), sim.state().clock().clone());
    let stored = committed.until(patience, || last_told(sim)).await;
    committed.stop()?;
    stored.context("the bot did not store what it was told")?;
    Ok(())
}

/// Lets a phase pass, and takes down what the bot has of memory and processors from its begin to its end. What happens in
/// it is told how much of the phase has passed.
async fn watch(
    bot: &Hosted,
    began: Instant,
    lasting: Duration,
    args: &Args,
    mut happens: impl AsyncFnMut(Duration) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Sample>> {
    let begin = Instant::now();
    let sample = || {
        let memory = bot
            .memory()
            .context("this system does not tell of memory; Linux does")?;
        let cpu = bot
            .cpu()
            .context("this system does not tell of processor time; Linux does")?;
        anyhow::Ok(Sample {
            at_s: began.elapsed().as_secs_f64(),
            resident_mib: memory.resident_mib,
            anonymous_mib: memory.anonymous_mib,
            cpu_s: cpu.as_secs_f64(),
        })
    };
    let mut samples = vec![sample()?];
    let mut ticks = tokio::time::interval(TICK);
    let every = Duration::from_secs_f64(args.every);
    let mut due = every;
    loop {
        ticks.tick().await;
        let passed = begin.elapsed().min(lasting);
        happens(passed).await?;
        if passed >= due {
            samples.push(sample()?);
            due += every;
        }
        if passed == lasting {
            return Ok(samples);
        }
    }
}

/// Who writes and who joins.
struct Community {
    guilds: Vec<GuildHandle>,
    /// With the channel that each of them writes in.
    writers: Vec<(MemberHandle, Id)>,
    joined: Vec<MemberHandle>,
    written: u32,
    welcomes: Welcomes,
    random: StdRng,
}

impl Community {
    fn of(sim: &Sim, args: &Args) -> Self {
        let guilds: Vec<_> = (0..args.guilds)
            .map(|number| sim.create_guild(&format!("guild {number}")))
            .collect();
        let writers = guilds.iter().flat_map(|guild| {
            let channel = guild.create_channel("talk");
            (0..args.members).map(move |number| (guild.join(&format!("writer {number}")), channel))
        });
        Self {
            writers: writers.collect(),
            guilds,
            joined: Vec::new(),
            written: 0,
            welcomes: Welcomes::default(),
            random: StdRng::seed_from_u64(args.seed),
        }
    }

    /// Lets happen what is due when so much of the phase has passed.
    fn live(&mut self, sim: &Sim, passed: Duration, args: &Args) -> anyhow::Result<()> {
        let due = |per_second: u32| (passed.as_secs_f64() * f64::from(per_second)) as u32;
        while self.joined.len() < due(args.joins_per_second) as usize {
            let number = self.joined.len();
            let guild = &self.guilds[number % self.guilds.len()];
            self.joined.push(guild.join(&format!("guest {number}")));
        }
        let mut world = sim.world();
        // Before a channel forgets them.
        self.welcomes.look(&world);
        while self.written < due(args.messages_per_second) {
            let (member, channel) = self.writers[self.random.random_range(0..self.writers.len())];
            world
                .create_message(channel, member.user, NewMessage::text(TEXT))
                .map_err(|error| anyhow::anyhow!("nobody can write: {error:?}"))?;
            self.written += 1;
        }
        Ok(())
    }

    /// Waits until everybody who joined has a welcome; `false` when that takes too long.
    async fn all_greeted(&mut self, sim: &Sim, patience: Duration) -> bool {
        let greeted = sim.wait_until(patience, |world| {
            self.welcomes.look(world);
            let welcomed = |member: &MemberHandle| !self.welcomes.of(*member).is_empty();
            self.joined.iter().all(welcomed)
        });
        greeted.await.is_ok()
    }
}
