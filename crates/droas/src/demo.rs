//! `droas demo`: a small community on a simulated Discord, and what the bot made of it.

mod community;
mod report;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use assets::{AssetOptions, AssetStore};
use bot::clock::SystemClock;
use bot::settings::{Settings, SettingsOptions};
use bot::{Parts, Tally, WelcomePolicy};
use discord::{Cdn, Endpoints, Rest, RestOptions, Token};
use domain::join::JoinRules;
use domain::template::Template;
use fetch::{FetchOptions, Fetcher};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sim::config::{Limits, SimConfig};
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::rest::limits::RestLimits;
use sim::world::World;
use sim::world::membership::Joining;
use store::{Store, StoreOptions};
use tokio_util::sync::CancellationToken;

use crate::logging;
use crate::measured::Welcomes;
use crate::printed;
use community::Guest;
use report::{Arrival, Report};

/// Play a small community on a simulated Discord and show what becomes of it
///
/// Needs no token, no network and no set-up. Members of many tongues join three guilds; some leave at once, some joins are
/// told twice, and the connection is killed once in the middle. The cards that were posted are written to a folder. The
/// exit status is 1 when a welcome was lost or sent twice.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many members join
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    joins: u32,
    /// Plays another community; the same seed plays the same one
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder that the cards are written to; it is made when it does not exist
    #[arg(long, value_name = "DIR", default_value = "droas-demo")]
    out: PathBuf,
    /// Print the outcome as JSON, for machines
    #[arg(long)]
    json: bool,
}

/// How long the bot may take for the first session, and then for the last welcomes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    logging::start_quiet();
    std::fs::create_dir_all(&args.out).with_context(|| {
        format!(
            "the folder {} cannot be made; name another one with --out",
            args.out.display()
        )
    })?;
    let sim = Sim::start(SimConfig {
        seed: args.seed,
        limits: raised(),
        ..SimConfig::default()
    })
    .await?;
    let folder = tempfile::tempdir().context("there is no place for a temporary database")?;
    let guilds: Vec<_> = community::GUILDS
        .iter()
        .map(|name| sim.create_guild(name))
        .collect();

    let tally = Arc::new(Tally::default());
    let stop = CancellationToken::new();
    let parts = parts(&sim, folder.path(), args.seed).await?;
    let mut bot = tokio::spawn(bot::run(parts, Arc::clone(&tally), stop.clone()));
    let played = tokio::select! {
        played = play(&sim, &guilds, &args) => played?,
        ended = &mut bot => {
            ended??;
            bail!("the bot stopped by itself");
        }
    };
    stop.cancel();
    bot.await??;

    let arrivals = arrivals(&sim.world(), &played);
    let cards = write_cards(&guilds, &args.out)?;
    let counts = report::count(&arrivals);
    let report = Report {
        seed: args.seed,
        joins: played.len(),
        welcomed: counts.welcomed,
        left_unwelcomed: counts.left_unwelcomed,
        duplicates_refused: tally.snapshot().joins_refused,
        lost: counts.lost,
        sent_twice: counts.sent_twice,
        connections_killed: 1,
        sessions_resumed: sim.counters().resumes,
        latency_ms: counts.latency_ms,
        cards,
        folder: args.out.display().to_string(),
    };
    sim.shutdown().await;
    if args.json {
        printed::line(serde_json::to_string(&report)?)?;
    } else {
        printed::line(report.table())?;
    }
    if !report.is_flawless() {
        bail!(
            "{} welcomes were lost and {} sent twice; `droas demo --joins {} --seed {}` plays it again",
            report.lost,
            report.sent_twice,
            args.joins,
            args.seed
        );
    }
    Ok(())
}

/// Discord's limits, except that a channel takes more than a message a second: nobody wants to wait for a demo.
fn raised() -> Limits {
    Limits {
        rest: RestLimits::raised(),
        ..Limits::default()
    }
}

async fn parts(sim: &Sim, folder: &Path, seed: u64) -> anyhow::Result<Parts> {
    let endpoints = Endpoints {
        api: sim.api_base().parse()?,
        cdn: sim.cdn_base().parse()?,
        gateway: Some(sim.gateway_url().parse()?),
    };
    let token = Token::parse(&SimConfig::default().token)?;
    let options = RestOptions {
        requests_per_second: 10_000,
        ..RestOptions::default()
    };
    let store = Store::open(&StoreOptions::at(folder.join("demo.sqlite"))).await?;
    let clock = Arc::new(SystemClock);
    Ok(Parts {
        settings: Settings::new(store.clone(), clock.clone(), SettingsOptions::default()),
        store,
        rest: Rest::with_options(token.clone(), &endpoints, options)?,
        cdn: Cdn::new(&endpoints)?,
        painters: card::Pool::start(1, 4096),
        cards: bot::CardDesign::default(),
        assets: AssetStore::open(&AssetOptions::Folder(folder.join("assets")))?,
        fetcher: Fetcher::new(FetchOptions::default()),
        endpoints,
        token,
        shard_count: None,
        policy: WelcomePolicy {
            message: Template::parse("Welcome {mention} to **{guild}**!")?,
            channels: HashMap::new(),
            rules: JoinRules::default(),
            stale_after: Duration::from_secs(3600),
            after_screening: false,
            raids: bot::RaidPolicy::default(),
            history: Duration::from_secs(90 * 86_400),
        },
        clock,
        timing: bot::Timing::default(),
        seed,
        stop_within: Duration::from_secs(10),
    })
}

/// Lets the guests join, and waits until those who stayed are welcomed.
async fn play(sim: &Sim, guilds: &[GuildHandle], args: &Args) -> anyhow::Result<Vec<(Guest, MemberHandle)>> {
    sim.wait_until(PATIENCE, |world| world.sessions.connected() > 0)
        .await
        .context("the bot did not connect to the simulated Discord")?;
    let progress = progress(args);
    let mut played = Vec::new();
    for guest in community::guests(args.joins, args.seed) {
        tokio::time::sleep(guest.after).await;
        if guest.kills_connection {
            sim.cut_connections();
        }
        let guild = &guilds[guest.guild];
        let member = guild.join_as(guest.account.clone(), Joining::default());
        if let Some(off_us) = guest.told_again_off_us {
            sim.world().announce_join(guild.id, member.user, off_us);
        }
        if guest.leaves_at_once {
            guild.leave(member);
        }
        played.push((guest, member));
        progress.set_position(sim.world().log.messages.len().try_into()?);
    }
    let stayed: Vec<_> = played
        .iter()
        .filter(|(guest, _)| !guest.leaves_at_once)
        .map(|(_, member)| *member)
        .collect();
    // What was not welcomed by then is counted as lost.
    let mut welcomes = Welcomes::default();
    let _ = sim
        .wait_until(PATIENCE, |world| {
            progress.set_position(world.log.messages.len().try_into().unwrap_or(u64::MAX));
            welcomes.look(world);
            welcomes.len() >= stayed.len() && stayed.iter().all(|member| !welcomes.of(*member).is_empty())
        })
        .await;
    progress.finish_and_clear();
    Ok(played)
}

fn progress(args: &Args) -> ProgressBar {
    let target = if args.json {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} who joined are welcomed")
        .expect("a constant template that the demo's test draws");
    ProgressBar::with_draw_target(Some(args.joins.into()), target).with_style(style)
}

fn arrivals(world: &World, played: &[(Guest, MemberHandle)]) -> HashMap<MemberHandle, Arrival> {
    let mut welcomes = Welcomes::default();
    welcomes.look(world);
    let joined_at: HashMap<_, _> = world
        .log
        .joins
        .iter()
        .map(|join| {
            (
                MemberHandle {
                    guild: join.guild,
                    user: join.user,
                },
                join.at_us,
            )
        })
        .collect();
    played
        .iter()
        .map(|(guest, member)| {
            let arrival = Arrival {
                joined_at_us: joined_at[member],
                left: guest.leaves_at_once,
                posted_at_us: welcomes.of(*member).to_vec(),
            };
            (*member, arrival)
        })
        .collect()
}

/// Writes the posted cards, numbered in the order of their guilds and posts. Returns how many.
fn write_cards(guilds: &[GuildHandle], folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for message in guilds.iter().flat_map(GuildHandle::welcome_messages) {
        for (file, bytes) in message
            .attachments
            .iter()
            .filter_map(|file| Some((file, file.bytes.as_ref()?)))
        {
            count += 1;
            let extension = Path::new(&file.filename).extension().unwrap_or_default();
            let path = folder.join(format!("card-{count:04}")).with_extension(extension);
            std::fs::write(&path, bytes).with_context(|| {
                format!(
                    "{} cannot be written; name another folder with --out",
                    path.display()
                )
            })?;
        }
    }
    Ok(count)
}
