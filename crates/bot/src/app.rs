//! Starts everything, and stops it.

use std::sync::Arc;
use std::time::Duration;

use assets::AssetStore;
use card::Pool;
use discord::{
    Cdn, Endpoints, GatewayBot, GatewayError, Grant, IdentifyQueue, PrivilegedIntent, Rest, RestError,
    Resume, Shard, ShardConfig, Token, Verdict,
};
use domain::id::UserId;
use domain::join::JoinRules;
use fetch::Fetcher;
use store::{DatabaseLost, ShardKey, Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::access_news::AccessNews;
use crate::backgrounds::Backgrounds;
use crate::card_design::CardDesign;
use crate::clock::Clock;
use crate::commands::{self, Pictures, Services};
use crate::control::Control;
use crate::courtesies::{self, Courtesies, Courtier};
use crate::greeter::{self, Greeter, Parking};
use crate::housekeeping::{self, Housekeeper};
use crate::leadership;
use crate::level_roles::{self, LevelRoles};
use crate::missed::{self, LoopHandle, Searcher};
use crate::patience::Patience;
use crate::plan::Plans;
use crate::policy::WelcomePolicy;
use crate::portrait::Portraits;
use crate::reports::{self, Reporter};
use crate::rescoring::{self, Rescorer};
use crate::settings::{self, Settings};
use crate::shard_loop::{self, BacklogBounds, Findings, InteractionDoor, ShardLoopParts};
use crate::tally::Tally;
use crate::timing::Timing;
use crate::welcome_ids::WelcomeIds;

/// What the application is made of.
pub struct Parts {
    /// What survives.
    pub store: Store,
    /// What guilds chose, over the same store.
    pub settings: Settings,
    /// Discord's REST API.
    pub rest: Rest,
    /// Discord's pictures.
    pub cdn: Cdn,
    /// Where cards are drawn.
    pub painters: Pool,
    /// How cards look and what they say where a guild chose nothing.
    pub cards: CardDesign,
    /// The pictures that guilds chose for backgrounds.
    pub assets: AssetStore,
    /// How pictures are fetched that admins name by a URL.
    pub fetcher: Fetcher,
    /// Where Discord is.
    pub endpoints: Endpoints,
    /// Who we are to it.
    pub token: Token,
    /// How many shards; `None` asks Discord.
    pub shard_count: Option<u32>,
    /// How members are greeted where a guild chose nothing.
    pub policy: WelcomePolicy,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How long to wait for what.
    pub timing: Timing,
    /// For jitter and ids.
    pub seed: u64,
    /// How long what is in flight may take after the stop.
    pub stop_within: Duration,
}

/// Why the application ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// Discord does not know the token.
    #[error(
        "Discord refuses the token: it was reset or mistyped; make a new one at https://discord.com/developers/applications, your \
         application, page \"Bot\", button \"Reset Token\", and set DISCORD_TOKEN to it"
    )]
    TokenRefused,
    /// The gateway will not have us; the message says what to do.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// Discord answered what makes no sense at the start.
    #[error("Discord refuses to tell who this bot is: {0}")]
    Start(#[source] RestError),
    /// The database failed at the start.
    #[error("the database cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The file of the database was taken away or became something else, or another process took the database over; the
    /// message says what to do.
    #[error(transparent)]
    DatabaseLost(#[from] DatabaseLost),
    /// A mistake of ours; what was begun is settled at the next start.
    #[error("a part of the bot ended by a mistake of ours, please report it: {0}")]
    Panicked(String),
}

/// Runs the bot until `stop`, or until it cannot go on. When it returns, the store is closed and every session can be
/// resumed.
///
/// # Errors
/// [`Fatal`] says what to do about it.
pub async fn run(parts: Parts, tally: Arc<Tally>, stop: CancellationToken) -> Result<(), Fatal> {
    let control = Control::of(&parts, tally);
    run_under_control(parts, control, stop).await
}

/// Like [`run`], for somebody who keeps a clone of `control`, which must have been made of these `parts`.
///
/// # Errors
/// As [`run`].
pub async fn run_under_control(parts: Parts, control: Control, stop: CancellationToken) -> Result<(), Fatal> {
    let store = parts.store.clone();
    let ended = run_parts(parts, control, stop).await;
    store.close().await;
    ended
}

async fn run_parts(parts: Parts, control: Control, stop: CancellationToken) -> Result<(), Fatal> {
    let tally = control.tally();
    let clock = Arc::clone(&parts.clock);
    parts.rest.hear_dates(move |told| clock.hear(told));
    let Some(bot) = patiently(&parts, &stop, || parts.rest.current_user()).await? else {
        return Ok(());
    };
    let Some(application) = patiently(&parts, &stop, || parts.rest.application()).await? else {
        return Ok(());
    };
    info!(name = bot.name, id = %bot.id, "Discord knows us");
    info!(invite = %discord::invite_url(application.id), "open this link to invite the bot to a server");
    if application.flags.grant(PrivilegedIntent::Members) == Grant::No {
        return Err(GatewayError::IntentNotGranted.into());
    }
    if !leadership::lead(&parts.store, &control, parts.timing, parts.seed, &stop).await? {
        return Ok(());
    }
    let Some(gateway) = patiently(&parts, &stop, || parts.rest.gateway_bot()).await? else {
        return Ok(());
    };
    // Nobody else posts for this database: what was begun before a crash is settled now, not when its lease ends.
    parts.store.release_attempts(parts.clock.now()).await?;
    // Heard from before anything is kept.
    let settings_news = parts.store.settings_changes();
    let rescoring_news = parts.store.settings_changes();
    parts.settings.load_and_tell().await?;

    let welcomes_queued = Arc::new(Notify::new());
    let searches_begun = Arc::new(Notify::new());
    let access_news = control.access_news();
    let shards = open_shards(&parts, &gateway).await?;
    let (interactions, uses) = InteractionDoor::open(Arc::clone(&tally), commands::WAITING_MAX);
    let plans = Arc::new(Plans::new(
        parts.settings.clone(),
        parts.policy.clone(),
        parts.cards.clone(),
    ));
    let (courtesies, asked) = Courtesies::open(Arc::clone(&tally));
    let loop_parts = Arc::new(ShardLoopParts {
        store: parts.store.clone(),
        bot: bot.id,
        rules: JoinRules {
            found_age_max: parts.policy.stale_after,
            ..parts.policy.rules
        },
        plans: Arc::clone(&plans),
        courtesies: courtesies.clone(),
        ids: WelcomeIds::starting_at(seed_part(parts.seed)),
        clock: Arc::clone(&parts.clock),
        tally: Arc::clone(&tally),
        timing: parts.timing,
        seed: parts.seed,
        welcomes_queued: Arc::clone(&welcomes_queued),
        searches_begun: Arc::clone(&searches_begun),
        access_news: Arc::clone(&access_news),
        backlog: BacklogBounds::default(),
        interactions,
    });
    // Everything ends when one part fails, as it does when the caller says so.
    let stop = stop.child_token();
    let mut tasks = JoinSet::new();
    let mut loops = Vec::new();
    for (key, shard) in shards {
        let (parts, stop) = (Arc::clone(&loop_parts), stop.clone());
        // One page is under way at a time.
        let (found, pages) = mpsc::channel(1);
        let handle = LoopHandle {
            shard: key,
            found,
            meanwhile: Arc::default(),
        };
        let findings = Findings {
            pages,
            meanwhile: Arc::clone(&handle.meanwhile),
        };
        loops.push(handle);
        let line = control.connect_line(key.id, shard.watch_standing());
        tasks.spawn(async move {
            shard_loop::run(parts, shard, key, findings, line, stop)
                .await
                .map_err(Fatal::from)
        });
    }
    tasks.spawn(until_lost(parts.store.clone(), stop.clone()));
    let searcher = Searcher {
        store: parts.store.clone(),
        rest: parts.rest.clone(),
        plans: Arc::clone(&plans),
        clock: Arc::clone(&parts.clock),
        tally: Arc::clone(&tally),
        timing: parts.timing,
        searches_begun,
        loops,
    };
    tasks.spawn(missed::run(searcher, stop.clone()));
    tasks.spawn(settings::follow(
        parts.settings.clone(),
        settings_news,
        stop.clone(),
    ));
    let rescorer = Rescorer {
        store: parts.store.clone(),
        tally: Arc::clone(&tally),
        timing: parts.timing,
        seed: parts.seed,
    };
    tasks.spawn(rescoring::run(rescorer, rescoring_news, stop.clone()));
    let housekeeper = Housekeeper {
        store: parts.store.clone(),
        assets: parts.assets.clone(),
        clock: Arc::clone(&parts.clock),
        tally: Arc::clone(&tally),
        history: parts.policy.history,
    };
    tasks.spawn(housekeeping::run(housekeeper, stop.clone()));
    let courtier = Courtier {
        store: parts.store.clone(),
        rest: parts.rest.clone(),
        plans: Arc::clone(&plans),
        clock: Arc::clone(&parts.clock),
        tally: Arc::clone(&tally),
        timing: parts.timing,
    };
    tasks.spawn(courtesies::run(courtier, asked, stop.clone()));
    let level_roles = LevelRoles {
        store: parts.store.clone(),
        rest: parts.rest.clone(),
        settings: parts.settings.clone(),
        clock: Arc::clone(&parts.clock),
        tally: Arc::clone(&tally),
        timing: parts.timing,
        access_news: Arc::clone(&access_news),
        bot: bot.id,
    };
    tasks.spawn(level_roles::run(level_roles, stop.clone()));
    let parking = Parking::load(&parts.store).await?;
    let stop_within = parts.stop_within;
    let settings = parts.settings.clone();
    let pictures = Pictures::new(parts.assets.clone(), parts.fetcher.clone());
    let greeter = Arc::new(build_greeter(
        parts,
        bot.id,
        plans,
        courtesies,
        tally,
        parking,
        access_news,
    ));
    let services = Arc::new(Services::beside(&greeter, settings, pictures));
    let reporter = Reporter::beside(&greeter, Arc::clone(&services.people));
    tasks.spawn(reports::run(Arc::new(reporter), stop.clone()));
    tasks.spawn(commands::serve(services, application.id, uses, stop.clone()));
    tasks.spawn(greeter::run(greeter, welcomes_queued, stop.clone()));
    supervise(tasks, stop, stop_within).await
}

/// Waits until nothing can be stored any more: whatever would be heard and posted from then on would be forgotten.
async fn until_lost(store: Store, stop: CancellationToken) -> Result<(), Fatal> {
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        lost = store.lost() => Err(lost.into()),
    }
}

/// Waits for the stop, or for a part that fails, then for all parts to end within the time for that.
async fn supervise(
    mut tasks: JoinSet<Result<(), Fatal>>,
    stop: CancellationToken,
    stop_within: Duration,
) -> Result<(), Fatal> {
    let mut ended = Ok(());
    tokio::select! {
        () = stop.cancelled() => {}
        Some(result) = tasks.join_next() => ended = outcome(result),
    }
    stop.cancel();
    let all_ended = async {
        while let Some(result) = tasks.join_next().await {
            if ended.is_ok() {
                ended = outcome(result);
            }
        }
    };
    if tokio::time::timeout(stop_within, all_ended).await.is_err() {
        warn!("something in flight took too long and was let go; it is settled at the next start");
        tasks.shutdown().await;
    }
    ended
}

fn outcome(result: Result<Result<(), Fatal>, tokio::task::JoinError>) -> Result<(), Fatal> {
    result.unwrap_or_else(|error| Err(Fatal::Panicked(error.to_string())))
}

async fn open_shards(parts: &Parts, gateway: &GatewayBot) -> Result<Vec<(ShardKey, Shard)>, Fatal> {
    let count = parts.shard_count.unwrap_or(gateway.shards).max(1);
    let queue = IdentifyQueue::new(gateway);
    let mut shards = Vec::new();
    for id in 0..count {
        let key = ShardKey { id, count };
        let resume = parts.store.checkpoint(key).await?.map(|checkpoint| Resume {
            session_id: checkpoint.session_id,
            resume_url: checkpoint.resume_url,
            sequence: checkpoint.sequence,
        });
        let config = ShardConfig {
            id,
            count,
            token: parts.token.clone(),
            gateway_url: parts
                .endpoints
                .gateway
                .clone()
                .unwrap_or_else(|| gateway.url.clone()),
            resume,
            queue: queue.clone(),
            seed: parts.seed.wrapping_add(u64::from(id)),
        };
        let Patience { first, longest } = parts.timing.connect;
        shards.push((key, Shard::open_with_pauses(config, first, longest)));
    }
    Ok(shards)
}

fn build_greeter(
    parts: Parts,
    bot: UserId,
    plans: Arc<Plans>,
    courtesies: Courtesies,
    tally: Arc<Tally>,
    parking: Parking,
    access_news: Arc<AccessNews>,
) -> Greeter {
    let Parts {
        store,
        rest,
        cdn,
        painters,
        cards,
        assets,
        clock,
        timing,
        seed,
        ..
    } = parts;
    let portraits = Arc::new(Portraits {
        cdn,
        painters,
        backgrounds: Backgrounds::new(cards, assets, Arc::clone(&tally)),
        tally: Arc::clone(&tally),
    });
    Greeter {
        store,
        rest,
        portraits,
        plans,
        courtesies,
        clock,
        tally,
        timing,
        parking,
        access_news,
        bot,
        seed,
    }
}

/// Asks Discord until it answers; `None` when the bot is stopped first.
async fn patiently<T, F>(
    parts: &Parts,
    stop: &CancellationToken,
    mut ask: impl FnMut() -> F,
) -> Result<Option<T>, Fatal>
where
    F: Future<Output = Result<T, RestError>>,
{
    let mut pauses = parts.timing.discord.start(parts.seed);
    loop {
        let answer = tokio::select! {
            () = stop.cancelled() => return Ok(None),
            answer = ask() => answer,
        };
        let error = match answer {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        let pause = match error.verdict() {
            Verdict::TokenRefused => return Err(Fatal::TokenRefused),
            Verdict::Refused | Verdict::ChannelClosed => return Err(Fatal::Start(error)),
            Verdict::Wait(pause) => pause,
            Verdict::NotSent | Verdict::Unknown => pauses.next_pause(),
        };
        warn!(%error, pause_ms = pause.as_millis(), "Discord cannot be reached; trying again");
        tokio::select! {
            () = stop.cancelled() => return Ok(None),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// The seed's upper half, where a count may start.
fn seed_part(seed: u64) -> u32 {
    u32::try_from(seed >> 32).expect("half of a u64 fits a u32")
}
