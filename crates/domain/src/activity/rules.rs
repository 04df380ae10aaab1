//! What a guild chose about activity.

use std::time::Duration;

use crate::event::Message;
use crate::id::{ChannelId, RoleId};
use crate::settings::{Field, GuildSettings};
use crate::time::UnixMs;
use crate::zone::Zone;

use super::level::Levels;
use super::score::Score;

/// How messages become a score, and silence takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScoreRules {
    /// What a message in an ordinary channel adds; 0.2 to 100 points, in whole fifths, so that its half is exact too.
    pub gain: Score,
    /// Time is cut into stretches of this length, counted from 1970, in each of which one message adds to the score:
    /// 10 s to an hour. Stretches that do not depend on when somebody wrote first have the same result in any order.
    pub cooldown: Duration,
    /// The score begins to fade so long after the last message: 10 minutes to 7 days.
    pub grace: Duration,
    /// Units that fade in a millisecond, which is tenths of a point in an hour: 1 to 1000.
    pub fade: i64,
}

impl ScoreRules {
    /// The stretch that a time lies in.
    pub fn slot(&self, at: UnixMs) -> i64 {
        at.0.div_euclid(millis(self.cooldown))
    }

    /// How long silence may last before the score fades, in milliseconds.
    pub fn grace_ms(&self) -> i64 {
        millis(self.grace)
    }

    /// The length of a stretch in which one message adds to the score, in milliseconds.
    pub fn cooldown_ms(&self) -> i64 {
        millis(self.cooldown)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).expect("no setting is as long as an age")
}

impl Default for ScoreRules {
    fn default() -> Self {
        Self {
            gain: Score::points(5),
            cooldown: Duration::from_secs(60),
            grace: Duration::from_secs(3600),
            fade: 20,
        }
    }
}

/// How much a channel's messages add, of what is added in an ordinary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Half of it.
    Half,
    /// All of it.
    Normal,
    /// Twice.
    Double,
}

/// What a guild chose about activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRules {
    /// Messages are counted at all.
    pub enabled: bool,
    /// How they become a score.
    pub score: ScoreRules,
    /// What scores are called.
    pub levels: Levels,
    /// The zone of days.
    pub zone: Zone,
    left_out_channels: Vec<ChannelId>,
    left_out_roles: Vec<RoleId>,
    half: Vec<ChannelId>,
    double: Vec<ChannelId>,
}

impl ActivityRules {
    /// The hour at which the report of the day before is posted, where the guild chose none.
    pub const REPORT_HOUR: u8 = 9;

    /// What a guild's settings come to. A text that cannot be read counts as not set.
    pub fn of(settings: &GuildSettings) -> Self {
        let usual = ScoreRules::default();
        let whole = |field| settings.get(field).and_then(|text| text.parse::<u32>().ok());
        let seconds = |field, each: u64, usual| {
            whole(field).map_or(usual, |count| Duration::from_secs(u64::from(count) * each))
        };
        Self {
            enabled: settings.flag(Field::ActivityEnabled).unwrap_or(true),
            score: ScoreRules {
                gain: settings
                    .tenths(Field::ActivityGain)
                    .map_or(usual.gain, Score::tenths),
                cooldown: seconds(Field::ActivityCooldown, 1, usual.cooldown),
                grace: seconds(Field::ActivityGrace, 60, usual.grace),
                fade: settings.tenths(Field::ActivityFade).unwrap_or(usual.fade),
            },
            levels: settings
                .get(Field::ActivityLevels)
                .and_then(|text| text.parse().ok())
                .unwrap_or_default(),
            zone: settings.time_zone().and_then(Zone::named).unwrap_or_default(),
            left_out_channels: settings.ids(Field::ActivityLeftOutChannels, ChannelId),
            left_out_roles: settings.ids(Field::ActivityLeftOutRoles, RoleId),
            half: settings.ids(Field::ActivityHalfChannels, ChannelId),
            double: settings.ids(Field::ActivityDoubleChannels, ChannelId),
        }
    }

    /// Whether it matters for a message in `channel`, should that be a thread, in which channel it was begun.
    pub fn asks_for_parent(&self, channel: ChannelId) -> bool {
        let names_channels = self.channel_lists().iter().any(|list| !list.is_empty());
        self.enabled && names_channels && !self.names(channel)
    }

    /// How much a message adds to its author's score, before the cooldown; `None` for one that does not count at all.
    ///
    /// `parent` is where the message's channel was begun, when that is known to be a thread: a thread that the guild chose
    /// nothing for follows its parent.
    pub fn weight(&self, message: &Message, parent: Option<ChannelId>) -> Option<Weight> {
        let channel = parent
            .filter(|_| !self.names(message.channel))
            .unwrap_or(message.channel);
        let left_out = !self.enabled
            || !message.by_person
            || self.left_out_channels.contains(&channel)
            || self
                .left_out_roles
                .iter()
                .any(|role| message.roles.contains(role));
        if left_out {
            None
        } else if self.double.contains(&channel) {
            Some(Weight::Double)
        } else if self.half.contains(&channel) {
            Some(Weight::Half)
        } else {
            Some(Weight::Normal)
        }
    }

    /// Whether the guild chose something for a channel.
    fn names(&self, channel: ChannelId) -> bool {
        self.channel_lists().iter().any(|list| list.contains(&channel))
    }

    fn channel_lists(&self) -> [&[ChannelId]; 3] {
        [&self.left_out_channels, &self.half, &self.double]
    }
}

impl Default for ActivityRules {
    fn default() -> Self {
        Self::of(&GuildSettings::default())
    }
}
