//! Plays a world and judges it: the simulator lives through it, the bot may come and go.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use sim::config::{Limits, SimConfig};
use sim::driver::{GuildHandle, MemberHandle, Sim};
use sim::faults::FaultPlan;
use sim::rest::limits::{Rate, RestLimits};
use sim::world::membership::Joining;
use sim::world::user::NewUser;
use tokio::task::JoinHandle;

use crate::canary;
use crate::check::{self, Rule, Unavoidable};
use crate::plan::{Person, Plan, Step};
use crate::subject::{Bot, HASTE, PATIENCE};

/// What Discord allows over all routes, and what the bot is told that it does.
pub(crate) const REQUESTS_PER_SECOND: u32 = 400;

/// Worlds up to this seed write their requests where `DROAS_SIM_RECORD_DIR` says, to be held against Discord's own
/// document; all of them would be tens of thousands that say nothing new.
const RECORDED_SEEDS: u64 = 8;

/// What a world came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Played {
    pub(crate) joins: u64,
    pub(crate) messages: u64,
    /// How often each fault struck.
    pub(crate) faults: BTreeMap<&'static str, u64>,
    /// Sessions that went on.
    pub(crate) resumes: u64,
    pub(crate) kills: u64,
    pub(crate) earned_429: u64,
}

/// Plays a plan and checks what came of it.
///
/// # Errors
/// What is not as it should be.
pub(crate) async fn play(plan: &Plan, mut bot: Bot) -> anyhow::Result<Played> {
    let sim = Sim::start(setting(plan)).await?;
    let mut scene = Scene {
        rule: Rule {
            after_screening: plan.after_screening,
        },
        guilds: (0..plan.guilds)
            .map(|n| sim.create_guild(&format!("{} {n}", canary::GUILD)))
            .collect(),
        members: Vec::new(),
        sim: &sim,
        bot: &mut bot,
        locks: Vec::new(),
        stops: 0,
        kills: 0,
    };
    let played = scene.play(plan).await;
    let played = played.map_err(|error| error.context(scene.bot.story()))?;
    sim.shutdown().await;
    Ok(played)
}

fn setting(plan: &Plan) -> SimConfig {
    let real = Limits::default();
    let haste = i64::from(HASTE);
    SimConfig {
        seed: plan.seed,
        token: canary::TOKEN.to_owned(),
        shards: plan.shards,
        record: (plan.seed > RECORDED_SEEDS).then(|| "/dev/null".into()),
        limits: Limits {
            max_concurrency: plan.shards,
            identify_window_ms: real.identify_window_ms / haste,
            nonce_window_ms: real.nonce_window_ms / haste,
            attachment_bytes_max: 0,
            rest: RestLimits {
                // Shorter than the second that the client counts: with many worlds on few cores a request may be on its
                // way for longer than the limiter's margin, and what is late comes on top of the next window's.
                global: Rate {
                    requests: REQUESTS_PER_SECOND,
                    window_ms: 750,
                },
                create_message: plan.posts,
                ..RestLimits::raised()
            },
            ..real
        },
        ..SimConfig::default()
    }
}

struct Scene<'a> {
    rule: Rule,
    sim: &'a Sim,
    bot: &'a mut Bot,
    guilds: Vec<GuildHandle>,
    /// The plan's people in order, as far as they have joined; then first and last guests.
    members: Vec<MemberHandle>,
    locks: Vec<JoinHandle<anyhow::Result<()>>>,
    stops: u64,
    kills: u64,
}

impl Scene<'_> {
    async fn play(&mut self, plan: &Plan) -> anyhow::Result<Played> {
        self.bot.start(self.sim).await?;
        let shards = usize::try_from(plan.shards)?;
        self.sim
            .wait_until(PATIENCE, |world| world.sessions.connected() == shards)
            .await
            .context("the bot does not connect")?;
        let first = self.a_guest_for_each_guild("first");
        // From here on there is a session to go on with, whatever happens.
        self.are_greeted(&first, "the first guests").await?;
        for step in &plan.steps {
            self.step(plan, step).await?;
        }
        self.sim.set_faults(FaultPlan::default());
        self.sim.end_outage();
        for lock in std::mem::take(&mut self.locks) {
            lock.await??;
        }
        // Guilds tell their events in order: whoever greets the last guest has heard of all that was before.
        let last = self.a_guest_for_each_guild("last");
        self.members.extend(first);
        self.members.extend(last);
        let everybody = self.members.clone();
        self.are_greeted(&everybody, "those who stayed").await?;
        self.bot.outbox_is_empty().await?;
        self.bot.stop().await.context("at the end")?;
        self.judge()
    }

    fn judge(&self) -> anyhow::Result<Played> {
        let counters = self.sim.counters();
        // Each start may meet one 429 in each channel and one for all routes together, and one op 9 for each shard.
        let starts = self.stops + self.kills;
        let unavoidable = Unavoidable {
            earned_429: starts * (self.guilds.len() as u64 + 1),
            identifies_too_soon: starts * u64::from(self.sim.state().config.shards),
        };
        let mut faults = check::broken_limits(&counters, unavoidable);
        let wrong = check::wrongly_greeted(self.rule, &self.sim.world(), &self.members);
        for (member, what) in wrong {
            faults.push(self.told_of(member, &what)?);
        }
        let open = self.bot.open_welcomes()?;
        if !open.is_empty() {
            faults.push(format!("left in the outbox: {open:#?}"));
        }
        if !faults.is_empty() {
            bail!(faults.join("\n"));
        }
        let world = self.sim.world();
        Ok(Played {
            joins: world.log.joins.len() as u64,
            messages: world.log.messages.len() as u64,
            faults: counters.faults,
            resumes: counters.resumes,
            kills: self.kills,
            earned_429: counters.rate_limited_earned,
        })
    }

    /// All that is known of a member whose welcome is not as it should be.
    fn told_of(&self, member: MemberHandle, what: &str) -> anyhow::Result<String> {
        let stored = self.bot.welcomes_of(member.user)?;
        let world = self.sim.world();
        let is_theirs = |guild, user| (guild, user) == (member.guild, member.user);
        let joins: Vec<_> = world
            .log
            .joins
            .iter()
            .filter(|join| is_theirs(join.guild, join.user))
            .map(|join| (join.at_us, join.rejoined))
            .collect();
        let leaves: Vec<_> = world
            .log
            .leaves
            .iter()
            .filter(|leave| is_theirs(leave.guild, leave.user))
            .map(|leave| leave.at_us)
            .collect();
        Ok(format!(
            "{member:?}: {what}; joined {joins:?}, left {leaves:?}, stored {stored:?}"
        ))
    }

    async fn step(&mut self, plan: &Plan, step: &Step) -> anyhow::Result<()> {
        match step {
            Step::Pause(time) => tokio::time::sleep(*time).await,
            Step::Breathe => self.breathe().await,
            Step::Later => self.bot.let_time_pass(self.sim).await,
            Step::Join(person) => {
                let member = self.join(*person, &plan.people[*person]);
                self.members.push(member);
            }
            Step::TellAgain(person, off_us) => {
                let member = self.members[*person];
                self.sim.world().announce_join(member.guild, member.user, *off_us);
            }
            Step::Leave(person) => {
                let member = self.members[*person];
                self.sim.world().leave(member.guild, member.user);
            }
            Step::Rejoin(person) => {
                let member = self.members[*person];
                self.sim
                    .world()
                    .join(member.guild, member.user, Joining::default());
            }
            Step::PassScreening(person) => {
                let member = self.members[*person];
                let pass = |member: &mut sim::world::member::Member| member.pending = false;
                self.sim.world().change_member(member.guild, member.user, pass);
            }
            Step::Chat(person) => self.chat(plan, *person),
            Step::Weather(plan) => self.sim.set_faults((**plan).clone()),
            Step::Cut => {
                self.sim.cut_connections();
            }
            Step::AskReconnect => {
                self.sim.ask_reconnect();
            }
            Step::Invalidate { resumable } => {
                self.sim.invalidate_sessions(*resumable);
            }
            Step::Outage(lasting) => self.sim.begin_outage(*lasting),
            Step::LockDatabase(lasting) => self.locks.push(self.bot.lock_database(*lasting)),
            Step::Restart => {
                self.bot.stop().await.context("in the middle")?;
                self.stops += 1;
                self.bot.start(self.sim).await?;
            }
            Step::Kill => {
                self.bot.kill()?;
                self.kills += 1;
                self.bot.start(self.sim).await?;
            }
        }
        Ok(())
    }

    fn join(&self, number: usize, person: &Person) -> MemberHandle {
        let user = NewUser {
            bot: person.bot,
            avatar: person.avatar.then(|| format!("{number:032x}")),
            ..NewUser::named(&format!("{} {number}", canary::NAME))
        };
        let joining = Joining {
            pending: person.pending,
            ..Joining::default()
        };
        self.guilds[person.guild].join_as(user, joining)
    }

    fn chat(&self, plan: &Plan, person: usize) {
        let guild = &self.guilds[plan.people[person].guild];
        guild.post(guild.welcome_channel(), self.members[person], canary::TEXT);
    }

    /// The weather is for what is posted in it: waits until everybody is greeted, or for a while when much fails.
    async fn breathe(&self) {
        const A_WHILE: Duration = Duration::from_millis(700);
        let _ = self
            .sim
            .wait_until(A_WHILE, |world| {
                check::nobody_waits(self.rule, world, &self.members)
            })
            .await;
    }

    fn a_guest_for_each_guild(&self, name: &str) -> Vec<MemberHandle> {
        self.guilds
            .iter()
            .map(|guild| guild.join(&format!("{name} {}", canary::NAME)))
            .collect()
    }

    /// Waits until these members are greeted, as far as they stayed.
    async fn are_greeted(&self, members: &[MemberHandle], who: &str) -> anyhow::Result<()> {
        let mut seen = usize::MAX;
        let waited = self.sim.wait_until(PATIENCE, |world| {
            // To count is dear, and only a new message can make a difference.
            let posted = world.log.messages.len();
            std::mem::replace(&mut seen, posted) != posted && check::nobody_waits(self.rule, world, members)
        });
        if waited.await.is_ok() {
            return Ok(());
        }
        // The world is let go of before it is asked for more.
        let wrong = check::wrongly_greeted(self.rule, &self.sim.world(), members);
        let wrong: Vec<String> = wrong
            .into_iter()
            .take(10)
            .map(|(member, what)| self.told_of(member, &what))
            .collect::<anyhow::Result<_>>()?;
        bail!(
            "not all of {who} were greeted within {PATIENCE:?}:\n{}\nstored and open: {:#?}",
            wrong.join("\n"),
            self.bot.open_welcomes()?
        );
    }
}

/// How long anything in a world may take at most: a world that hangs is told by its seed.
pub(crate) const WORLD_TIME_MAX: Duration = Duration::from_secs(400);
