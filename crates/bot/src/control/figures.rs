//! Figures that nobody needs to decide by, for those who look on.

use std::time::Duration;

use card::PoolWatch;
use discord::{Cdn, ClassFigures, LimitFigures, Rest};
use domain::histogram::Buckets;
use domain::time::UnixMs;
use store::{DatabaseSize, OpenWelcomes};

use crate::settings::Settings;
use crate::tally::{KindCounts, Tally};

/// What a bot did and has before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// What came in several kinds: events, welcomes given up, commands.
    pub kinds: KindCounts,
    /// What became of requests to Discord, by class, pictures last.
    pub requests: Vec<ClassFigures>,
    /// How Discord's rate limits stand; `None` of a bot that has none.
    pub limits: Option<LimitFigures>,
    /// How long it took to have a guild's settings.
    pub settings_access: Buckets,
    /// Pictures that wait for a painter, or that one is at.
    pub cards_waiting: u64,
    /// Pictures that were refused because too many waited.
    pub card_overloads: u64,
}

impl Figures {
    pub(super) fn of(
        tally: &Tally,
        rest: &Rest,
        cdn: &Cdn,
        settings: &Settings,
        painters: &PoolWatch,
    ) -> Self {
        let mut requests = rest.figures();
        requests.push(cdn.figures());
        Self {
            kinds: tally.kinds().snapshot(),
            requests,
            limits: Some(rest.limit_figures()),
            settings_access: settings.access_took(),
            cards_waiting: painters.waiting(),
            card_overloads: painters.overloads(),
        }
    }
}

/// What waits in the database, and how much room it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// For how long the welcome has waited that waits longest, without those of parked guilds and of members in screening;
    /// zero when none waits.
    pub oldest_waiting: Duration,
    /// For how long the welcome has been due that is due longest; zero when none is.
    pub overdue: Duration,
    /// How much room the database takes.
    pub size: DatabaseSize,
}

impl Load {
    pub(super) fn at(now: UnixMs, open: OpenWelcomes, size: DatabaseSize) -> Self {
        let since = |at: Option<UnixMs>| at.map_or(Duration::ZERO, |at| now.since(at));
        Self {
            oldest_waiting: since(open.queued_at),
            overdue: since(open.due_at),
            size,
        }
    }
}
