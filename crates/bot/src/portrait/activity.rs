//! Pictures of how active members are.

use card::{ActivityCard, Chart, Figure, Leaderboard, LeaderboardRow, Person, Picture, PoolError, Scene};
use discord::Attachment;
use domain::id::GuildId;
use domain::member::Member;
use tracing::warn;

use super::{AVATAR_SIDE_PX, Portraits, attachment};
use crate::backgrounds::NotPrepared;
use crate::plan::Look;

/// What an activity card says, besides the member's name.
pub(crate) struct ActivityWords {
    /// The level.
    pub(crate) level: String,
    /// 0 to 100.
    pub(crate) points: f64,
    /// Below the bar.
    pub(crate) figures: Vec<Figure>,
    /// For those who cannot see it.
    pub(crate) description: String,
}

/// What a leaderboard says.
pub(crate) struct BoardWords {
    /// What is counted.
    pub(crate) title: String,
    /// Whose it is.
    pub(crate) subtitle: String,
    /// For those who cannot see it.
    pub(crate) description: String,
}

/// A line of a leaderboard.
pub(crate) struct BoardLine {
    /// 1 is the first.
    pub(crate) rank: u64,
    /// What they are called.
    pub(crate) name: String,
    /// Who they are, as far as that is known.
    pub(crate) member: Option<Member>,
    /// What they have.
    pub(crate) value: String,
    /// The length of their bar, 0.0 to 1.0.
    pub(crate) share: f64,
}

impl Portraits {
    /// A member's activity card; `None` when none could be drawn.
    pub(crate) async fn activity(
        &self,
        guild: GuildId,
        look: &Look,
        member: &Member,
        words: ActivityWords,
    ) -> Option<Attachment> {
        let background = match self.backgrounds.of(look, Scene::Activity).await {
            Ok(background) => background,
            Err(error) => return self.without_background(guild, &error),
        };
        let avatar = self.cdn.avatar(guild, member, AVATAR_SIDE_PX).await.ok();
        self.tally.avatars_missing(u64::from(avatar.is_none()));
        let card = ActivityCard {
            name: member.shown_name().to_owned(),
            level: words.level,
            score: words.points as f32,
            figures: words.figures,
            avatar,
            background,
        };
        let drawn = self.painters.activity(card).await;
        self.drawn(guild, "activity", drawn, words.description)
    }

    /// A page of a leaderboard; `None` when none could be drawn.
    pub(crate) async fn leaderboard(
        &self,
        guild: GuildId,
        look: &Look,
        words: BoardWords,
        lines: Vec<BoardLine>,
    ) -> Option<Attachment> {
        let background = match self.backgrounds.of(look, Scene::Leaderboard).await {
            Ok(background) => background,
            Err(error) => return self.without_background(guild, &error),
        };
        let members = lines.iter().map(|line| line.member.clone()).collect();
        let avatars = self.avatars(guild, members).await;
        let row = |(line, avatar): (BoardLine, _)| LeaderboardRow {
            rank: u32::try_from(line.rank).unwrap_or(u32::MAX),
            person: Person {
                name: line.name,
                avatar,
            },
            value: line.value,
            share: line.share as f32,
        };
        let card = Leaderboard {
            title: words.title,
            subtitle: words.subtitle,
            rows: lines.into_iter().zip(avatars).map(row).collect(),
            background,
        };
        let drawn = self.painters.leaderboard(card).await;
        self.drawn(guild, "leaderboard", drawn, words.description)
    }

    /// A chart, on the background of a look; `None` when none could be drawn.
    pub(crate) async fn chart(
        &self,
        guild: GuildId,
        look: &Look,
        description: String,
        chart: impl FnOnce(card::Background) -> Chart,
    ) -> Option<Attachment> {
        let background = match self.backgrounds.of(look, Scene::Chart).await {
            Ok(background) => background,
            Err(error) => return self.without_background(guild, &error),
        };
        let drawn = self.painters.chart(chart(background)).await;
        self.drawn(guild, "stats", drawn, description)
    }

    fn without_background(&self, guild: GuildId, error: &NotPrepared) -> Option<Attachment> {
        self.tally.cards_missing(1);
        warn!(%guild, %error, "no picture of activity; words are sent in its place");
        None
    }

    fn drawn(
        &self,
        guild: GuildId,
        name: &str,
        drawn: Result<Picture, PoolError>,
        description: String,
    ) -> Option<Attachment> {
        match drawn {
            Ok(picture) => Some(attachment(name, picture, description)),
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(%guild, %error, "no picture of activity; words are sent in its place");
                None
            }
        }
    }
}
