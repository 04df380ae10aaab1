//! Guilds whose members talk for weeks, as a seed has it.

use std::collections::VecDeque;
use std::time::Duration;

use domain::id::GuildId;
use domain::settings::{Field, Patch};
use domain::time::UnixMs;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::driver::{GuildHandle, Sim};
use sim::world::membership::Joining;
use sim::world::message::NewMessage;
use sim::world::user::NewUser;
use sim::world::{Id, World};
use store::{SettingsChange, SettingsOutcome, Store};

use crate::scene::Size;

/// What a guild chose, in the units of its settings.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) zone: &'static str,
    /// How far the zone's clocks are ahead of UTC, in minutes: zones that never change them.
    pub(crate) ahead_min: i64,
    pub(crate) gain_tenths: i64,
    pub(crate) cooldown_s: i64,
    pub(crate) grace_min: i64,
    pub(crate) fade_tenths: i64,
    pub(crate) counts: bool,
}

/// What a guild does that chose nothing.
const USUAL: Choice = Choice {
    zone: "UTC",
    ahead_min: 0,
    gain_tenths: 50,
    cooldown_s: 60,
    grace_min: 60,
    fade_tenths: 20,
    counts: true,
};

const CHOICES: [Choice; 6] = [
    USUAL,
    Choice {
        zone: "Asia/Taipei",
        ahead_min: 8 * 60,
        gain_tenths: 2,
        cooldown_s: 10,
        grace_min: 10,
        fade_tenths: 7,
        ..USUAL
    },
    // Stretches that are longer than the silence that ends a burst.
    Choice {
        zone: "Asia/Kathmandu",
        ahead_min: 5 * 60 + 45,
        gain_tenths: 34,
        cooldown_s: 3600,
        grace_min: 10,
        fade_tenths: 1000,
        ..USUAL
    },
    Choice {
        zone: "America/Phoenix",
        ahead_min: -7 * 60,
        gain_tenths: 1000,
        grace_min: 24 * 60,
        ..USUAL
    },
    Choice {
        zone: "Pacific/Kiritimati",
        ahead_min: 14 * 60,
        gain_tenths: 6,
        cooldown_s: 7 * 60,
        fade_tenths: 1,
        ..USUAL
    },
    Choice {
        counts: false,
        ..USUAL
    },
];

/// The channels of a guild.
#[derive(Clone, Copy)]
pub(crate) struct Channels {
    pub(crate) ordinary: Id,
    pub(crate) half: Id,
    pub(crate) double: Id,
    pub(crate) left_out: Id,
}

/// A guild, and what it chose.
pub(crate) struct Town {
    pub(crate) guild: GuildHandle,
    pub(crate) choice: Choice,
    pub(crate) channels: Channels,
    pub(crate) left_out_role: Id,
    members: Vec<Id>,
    bots: Vec<Id>,
    /// The name that a webhook takes.
    news: Id,
    /// Who is talking; somebody else takes over now and then.
    talking: VecDeque<Id>,
}

/// All guilds, and what is still to be said in them.
pub(crate) struct Crowd {
    pub(crate) towns: Vec<Town>,
    random: StdRng,
}

impl Crowd {
    /// Makes guilds of this size.
    pub(crate) fn settle(sim: &Sim, seed: u64, size: Size) -> Self {
        let towns = CHOICES.iter().map(|choice| Town::settle(sim, *choice, size));
        Self {
            towns: towns.collect(),
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// Writes down what the guilds chose, before a bot runs.
    pub(crate) async fn choose(&self, store: &Store, now: UnixMs) {
        for town in &self.towns {
            let change = SettingsChange {
                guild: GuildId(town.guild.id),
                from_version: 0,
                patch: town.patch(),
                by: None,
                at: now,
            };
            let outcome = store.change_settings(change).await.expect("written");
            assert!(matches!(outcome, SettingsOutcome::Changed(..)), "{outcome:?}");
        }
    }

    /// Somebody says something somewhere, and some time passes: moments mostly, hours at times.
    pub(crate) fn say_something(&mut self, world: &mut World) {
        let random = &mut self.random;
        let silence_ms = match random.random_range(0..20_000) {
            0..10 => random.random_range(600_000..10_800_000),
            10..700 => random.random_range(0..60_000),
            _ => random.random_range(0..6_000),
        };
        world.clock.advance(Duration::from_millis(silence_ms));
        let at = random.random_range(0..self.towns.len());
        self.towns[at].say_something(world, random);
    }
}

impl Town {
    fn settle(sim: &Sim, choice: Choice, size: Size) -> Self {
        let guild = sim.create_guild(choice.zone);
        let channels = Channels {
            ordinary: guild.create_channel("talk"),
            half: guild.create_channel("bots-and-games"),
            double: guild.create_channel("help"),
            left_out: guild.create_channel("counting"),
        };
        let left_out_role = guild.create_role("muted", 0);
        let members: Vec<_> = (0..size.members).map(|n| guild.join(&n.to_string())).collect();
        for member in members.iter().step_by(17) {
            assert!(guild.give_role(*member, left_out_role));
        }
        let members: Vec<_> = members.into_iter().map(|member| member.user).collect();
        let bot = || NewUser {
            bot: true,
            ..NewUser::named("bot")
        };
        let bots = (0..3).map(|_| guild.join_as(bot(), Joining::default()).user);
        Self {
            choice,
            channels,
            left_out_role,
            bots: bots.collect(),
            news: sim.world().create_user(NewUser::named("News")),
            talking: members.iter().take(size.talking).copied().collect(),
            members,
            guild,
        }
    }

    fn patch(&self) -> Patch {
        let (choice, channels) = (&self.choice, &self.channels);
        let tenths = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
        Patch::new()
            .set(Field::TimeZone, choice.zone)
            .set(Field::WelcomeCard, "off")
            .set(Field::ActivityEnabled, if choice.counts { "on" } else { "off" })
            .set(Field::ActivityGain, tenths(choice.gain_tenths))
            .set(Field::ActivityCooldown, choice.cooldown_s.to_string())
            .set(Field::ActivityGrace, choice.grace_min.to_string())
            .set(Field::ActivityFade, tenths(choice.fade_tenths))
            .set(Field::ActivityHalfChannels, channels.half.to_string())
            .set(Field::ActivityDoubleChannels, channels.double.to_string())
            .set(Field::ActivityLeftOutChannels, channels.left_out.to_string())
            .set(Field::ActivityLeftOutRoles, self.left_out_role.to_string())
    }

    fn say_something(&mut self, world: &mut World, random: &mut StdRng) {
        if random.random_range(0..60) == 0 {
            self.talking.pop_front();
            self.talking
                .push_back(self.members[random.random_range(0..self.members.len())]);
        }
        let somebody = self.talking[random.random_range(0..self.talking.len())];
        let channel = match random.random_range(0..10) {
            0..5 => self.channels.ordinary,
            5..7 => self.channels.half,
            7..9 => self.channels.double,
            _ => self.channels.left_out,
        };
        let text = "私はお茶が好きです。 Good tea takes its time, and so does good company.";
        let mut message = NewMessage::text(text);
        let author = match random.random_range(0..100) {
            0..3 => {
                message.webhook = Some(self.news);
                self.news
            }
            3..7 => self.bots[random.random_range(0..self.bots.len())],
            // Discord itself: somebody pinned something, boosted the guild, or joined.
            7..10 => {
                message.kind = [6, 8, 7][random.random_range(0..3)];
                somebody
            }
            10..30 => {
                message.kind = 19;
                somebody
            }
            _ => somebody,
        };
        world
            .create_message(channel, author, message)
            .expect("channels are not deleted");
    }
}
