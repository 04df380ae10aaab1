//! `droas loadtest joins`: members join, many at once.

use std::collections::HashMap;
use std::time::Duration;

use domain::id::GuildId;
use sim::config::Limits;
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::faults::{FaultPlan, RequestFaults};
use sim::rest::limits::RestLimits;
use store::{Store, StoreError};

use super::build::Build;
use super::crowd::{self, Arrival};
use super::greeted::Greeted;
use super::hosted::Hosted;
use super::report::{Quiet, Report};
use crate::measured::{Latency, Welcomes};

/// Members join, many at once, and what became of their welcomes
///
/// A raid: `--joins 10000 --within 10 --guilds 1 --quiet-guilds 100`. A rush: `--joins 1000 --within 0 --guilds 100`.
/// The figures come as a Markdown table, or as JSON. The exit status is 1 when a welcome was lost or sent twice, or when
/// Discord had to answer 429.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many guilds the joins are spread over
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    guilds: u32,
    /// How many members join
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    joins: u32,
    /// The time over which the joins are spread; 0: all at the same moment
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    within: f64,
    /// The share of the bot's requests that fail, half of them after they had their effect
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    failures: f64,
    /// Guilds with a join each now and then, whose welcomes are to come as fast as without all the others
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=400))]
    quiet_guilds: u32,
    /// Keep Discord's own limits (5 messages in 5 s for a channel, 50 requests a second in all) in place of a thousand
    /// times as much
    #[arg(long)]
    real_limits: bool,
    /// How long the last welcomes may take
    #[arg(long, value_name = "SECONDS", default_value_t = 900.0, value_parser = seconds)]
    patience: f64,
    /// Print the figures as JSON, for machines
    #[arg(long)]
    json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    between(text, 3_600.0)
}

fn percent(text: &str) -> Result<f64, String> {
    between(text, 90.0)
}

fn between(text: &str, most: f64) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a number from 0 to {most}")),
    }
}

/// Quiet guilds are watched for so long beyond the rush, and for as long before it.
const WATCHED: Duration = Duration::from_secs(10);

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    super::simulated(limits(&args), args.json, async |sim| measure(sim, &args).await).await
}

fn limits(args: &Args) -> Limits {
    let rest = if args.real_limits {
        RestLimits::default()
    } else {
        RestLimits::raised()
    };
    Limits {
        rest,
        // Nobody looks at the pictures, and the memory is wanted for other things.
        attachment_bytes_max: 0,
        ..Limits::default()
    }
}

/// The guilds of each kind.
struct Guilds {
    rushed: Vec<GuildHandle>,
    quiet: Vec<GuildHandle>,
}

impl Guilds {
    fn of(&self, arrival: Arrival) -> &GuildHandle {
        let kind = if arrival.quiet { &self.quiet } else { &self.rushed };
        &kind[arrival.guild]
    }
}

async fn measure(sim: &Sim, args: &Args) -> anyhow::Result<Report> {
    let make = |name: &str, count: u32| {
        (0..count)
            .map(|number| sim.create_guild(&format!("{name} {number}")))
            .collect()
    };
    let guilds = Guilds {
        rushed: make("guild", args.guilds),
        quiet: make("quiet guild", args.quiet_guilds),
    };
    let mut bot = Hosted::connected(sim).await?;
    sim.set_faults(failing(args.failures / 100.0));

    let within = Duration::from_secs_f64(args.within);
    let watched = within + WATCHED;
    let mut welcomes = Welcomes::default();
    let mut alone = Vec::new();
    if args.quiet_guilds > 0 {
        alone = arrive(sim, &guilds, crowd::now_and_then(args.quiet_guilds, watched, 1)).await;
        bot.is_running()?;
        all_welcomed(sim, &mut welcomes, &alone, args).await;
    }
    let crowd = crowd::together(
        crowd::rush(args.joins, args.guilds, within),
        crowd::now_and_then(args.quiet_guilds, watched, 2),
    );
    let joined = arrive(sim, &guilds, crowd).await;
    bot.is_running()?;
    let (quiet, rushed): (Vec<_>, Vec<_>) = joined.into_iter().partition(|(arrival, _)| arrival.quiet);
    all_welcomed(sim, &mut welcomes, &rushed, args).await;
    all_welcomed(sim, &mut welcomes, &quiet, args).await;

    let peak_memory_mib = bot.peak_memory_mib();
    let store = bot.stop().await?;
    let to_row_us = to_row_us(&store, &guilds.rushed).await?;
    store.close().await;
    let figures = Figures::of(sim, &welcomes);
    let everybody: Vec<_> = [&alone[..], &quiet, &rushed].concat();
    let greeted = Greeted::of(&welcomes, everybody.iter().map(|(_, member)| *member));
    let counters = sim.counters();
    let (alone_ms, beside_ms) = (figures.join_to_post(&alone), figures.join_to_post(&quiet));
    Ok(Report {
        build: Build::ours(),
        joins: everybody.len(),
        guilds: args.guilds,
        within_s: args.within,
        failing_percent: args.failures,
        greeted,
        success_percent: 100.0 * greeted.once as f64 / everybody.len() as f64,
        messages: sim.world().log.messages.len(),
        took_s: figures.took(&rushed).as_secs_f64(),
        event_handling_ms: Latency::of(to_row_us),
        join_to_post_ms: figures.join_to_post(&rushed),
        quiet: (args.quiet_guilds > 0).then(|| Quiet {
            guilds: args.quiet_guilds,
            joins: alone.len() + quiet.len(),
            alone_ms,
            beside_ms,
            p99_ratio: beside_ms.p99 / alone_ms.p99.max(f64::MIN_POSITIVE),
        }),
        earned_429: counters.rate_limited_earned,
        failed_requests: counters.faults.values().sum(),
        peak_memory_mib,
    })
}

/// For each welcome of these guilds, the microseconds from the join by Discord's clock to the row.
async fn to_row_us(store: &Store, guilds: &[GuildHandle]) -> Result<Vec<i64>, StoreError> {
    let mut to_row_us = Vec::new();
    for guild in guilds {
        let welcomes = store.history(GuildId(guild.id), usize::MAX >> 1).await?;
        let took = welcomes
            .iter()
            .map(|welcome| (welcome.queued_at.0 - welcome.joined_at.0) * 1_000);
        to_row_us.extend(took);
    }
    Ok(to_row_us)
}

/// Requests fail by this share: errors and resets, before and after the effect.
fn failing(share: f64) -> FaultPlan {
    let requests = RequestFaults {
        error_before: share / 4.0,
        error_after: share / 4.0,
        reset_before: share / 4.0,
        reset_after: share / 4.0,
        ..RequestFaults::default()
    };
    FaultPlan {
        create_message: requests.clone(),
        read: requests,
        ..FaultPlan::default()
    }
}

/// Lets the crowd arrive, each at their time.
async fn arrive(sim: &Sim, guilds: &Guilds, crowd: Vec<Arrival>) -> Vec<(Arrival, MemberHandle)> {
    let begin = tokio::time::Instant::now();
    let mut joined = Vec::with_capacity(crowd.len());
    for (number, arrival) in crowd.into_iter().enumerate() {
        tokio::time::sleep_until(begin + arrival.at).await;
        let member = guilds.of(arrival).join(&format!("guest {number}"));
        joined.push((arrival, member));
    }
    debug_assert!(sim.world().log.joins.len() >= joined.len());
    joined
}

/// Waits until they are all welcomed. Who is not by then is counted as lost.
async fn all_welcomed(sim: &Sim, welcomes: &mut Welcomes, members: &[(Arrival, MemberHandle)], args: &Args) {
    // Members come off the end, so that nobody is asked about twice.
    let mut waiting: Vec<MemberHandle> = members.iter().rev().map(|(_, member)| *member).collect();
    let _ = sim
        .wait_until(Duration::from_secs_f64(args.patience), |world| {
            welcomes.look(world);
            while waiting
                .last()
                .is_some_and(|member| !welcomes.of(*member).is_empty())
            {
                waiting.pop();
            }
            waiting.is_empty()
        })
        .await;
}

/// When everybody joined and was welcomed.
struct Figures<'a> {
    joined_at_us: HashMap<MemberHandle, i64>,
    welcomes: &'a Welcomes,
}

impl<'a> Figures<'a> {
    fn of(sim: &Sim, welcomes: &'a Welcomes) -> Self {
        let joins = sim.world().log.joins.clone();
        let joined_at_us = joins.iter().map(|join| {
            let member = MemberHandle {
                guild: join.guild,
                user: join.user,
            };
            (member, join.at_us)
        });
        Self {
            joined_at_us: joined_at_us.collect(),
            welcomes,
        }
    }

    /// From join to first post, of those who were welcomed.
    fn join_to_post(&self, members: &[(Arrival, MemberHandle)]) -> Latency {
        Latency::of(members.iter().filter_map(|(_, member)| {
            let posted_at_us = self.welcomes.of(*member).iter().min()?;
            Some(posted_at_us - self.joined_at_us[member])
        }))
    }

    /// From the first join to the last welcome.
    fn took(&self, members: &[(Arrival, MemberHandle)]) -> Duration {
        let joined = members.iter().map(|(_, member)| self.joined_at_us[member]).min();
        let posted = members
            .iter()
            .flat_map(|(_, member)| self.welcomes.of(*member))
            .max();
        let us = posted.zip(joined).map_or(0, |(posted, joined)| posted - joined);
        Duration::from_micros(us.max(0).unsigned_abs())
    }
}
