//! The pictures that go with welcomes, and those of how active members are.

mod activity;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use card::{Person, Picture, Pool, Scene};
use discord::{Attachment, Cdn};
use domain::id::GuildId;
use domain::member::Member;
use domain::welcome::Welcome;
use domain::words::Words;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::backgrounds::Backgrounds;
use crate::card_design::CardDesign;
use crate::plan::{CardPlan, GuildPlan};
use crate::tally::Tally;
pub(crate) use activity::{ActivityWords, BoardLine, BoardWords};

/// The side of the avatar that is asked for, px: the size at which the card shows it.
const AVATAR_SIDE_PX: u16 = 256;

/// The side of an avatar on a group's card that is asked for, px: a power of two that is not drawn larger by much.
const GROUP_AVATAR_SIDE_PX: u16 = 128;

/// How many avatars of a group are fetched at the same time.
const GROUP_AVATARS_AT_ONCE: usize = 8;

/// How long all avatars of a group may take; the card shows ones of our own for those that miss it.
const GROUP_AVATARS_WITHIN: Duration = Duration::from_secs(3);

/// Draws cards, with whatever can be had of the member's avatar.
pub(crate) struct Portraits {
    pub(crate) cdn: Cdn,
    pub(crate) painters: Pool,
    pub(crate) backgrounds: Backgrounds,
    pub(crate) tally: Arc<Tally>,
}

impl Portraits {
    /// The card of a welcome; `None` when none could be drawn, so that the words go out alone rather than late.
    pub(crate) async fn draw(
        &self,
        welcome: &Welcome,
        plan: &GuildPlan,
        card: &CardPlan,
    ) -> Option<Attachment> {
        let begun = Instant::now();
        let background = match self.backgrounds.of(&card.look, Scene::Welcome).await {
            Ok(background) => background,
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(welcome = %welcome.id, %error, "no card; the words go out alone");
                return None;
            }
        };
        let avatar = match self
            .cdn
            .avatar(welcome.guild, &welcome.member, AVATAR_SIDE_PX)
            .await
        {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.tally.avatars_missing(1);
                info!(welcome = %welcome.id, user = %welcome.member.id, %error, "no avatar; the card shows one of our own");
                None
            }
        };
        let values = plan.values(welcome);
        let card = card.words.welcome(&values, avatar, background);
        match self.painters.welcome(card).await {
            Ok(picture) => {
                self.tally.latencies().card.observe(begun.elapsed());
                if let Some(error) = &picture.avatar_refused {
                    self.tally.avatars_missing(1);
                    info!(welcome = %welcome.id, user = %welcome.member.id, %error, "the avatar cannot be drawn");
                }
                let description = Words::template(plan.words().card_description);
                Some(attachment(
                    "welcome",
                    picture,
                    description.fill_for_picture(&values).unwrap_or_default(),
                ))
            }
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(welcome = %welcome.id, %error, "no card; the words go out alone");
                None
            }
        }
    }

    /// The card that greets many at once; `None` when none could be drawn.
    pub(crate) async fn group(
        &self,
        welcomes: &[Welcome],
        plan: &GuildPlan,
        card: &CardPlan,
    ) -> Option<Attachment> {
        let guild = &plan.guild;
        let background = match self.backgrounds.of(&card.look, Scene::Group).await {
            Ok(background) => background,
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(guild = %guild.id, %error, "no card for a group; the words go out alone");
                return None;
            }
        };
        let members = welcomes.iter().map(|welcome| Some(welcome.member.clone()));
        let avatars = self.avatars(guild.id, members.collect()).await;
        let people = welcomes
            .iter()
            .zip(avatars)
            .map(|(welcome, avatar)| Person {
                name: welcome.member.shown_name().to_owned(),
                avatar,
            })
            .collect();
        let card = CardDesign::group_of(plan.language, &guild.name, people, background);
        match self.painters.group(card).await {
            Ok(picture) => {
                let description = plan.words().group_description(welcomes.len(), &guild.name);
                Some(attachment("welcome", picture, description))
            }
            Err(error) => {
                self.tally.cards_missing(1);
                warn!(guild = %guild.id, %error, "no card for a group; the words go out alone");
                None
            }
        }
    }

    /// The avatars of a group, a few at a time, as far as they come within the time for all of them. Who is `None` has none.
    async fn avatars(&self, guild: GuildId, members: Vec<Option<Member>>) -> Vec<Option<Bytes>> {
        let mut avatars = vec![None; members.len()];
        let members = members.into_iter().enumerate();
        let mut next = members.filter_map(|(index, member)| Some((index, member?)));
        let mut fetching = JoinSet::new();
        let mut fetch = |fetching: &mut JoinSet<_>| {
            if let Some((index, member)) = next.next() {
                let cdn = self.cdn.clone();
                fetching.spawn(async move {
                    let avatar = cdn.avatar(guild, &member, GROUP_AVATAR_SIDE_PX).await;
                    (index, avatar)
                });
            }
        };
        for _ in 0..GROUP_AVATARS_AT_ONCE {
            fetch(&mut fetching);
        }
        let all = async {
            while let Some(fetched) = fetching.join_next().await {
                fetch(&mut fetching);
                if let Ok((index, Ok(bytes))) = fetched {
                    avatars[index] = Some(bytes);
                }
            }
        };
        // What did not come in time is given up with the set.
        drop(tokio::time::timeout(GROUP_AVATARS_WITHIN, all).await);
        let missing = avatars.iter().filter(|avatar| avatar.is_none()).count();
        self.tally.avatars_missing(missing as u64);
        avatars
    }
}

/// A picture, with the words for those who cannot see it.
fn attachment(name: &str, picture: Picture, description: String) -> Attachment {
    Attachment {
        file_name: format!("{name}.{}", picture.format.extension()),
        media_type: picture.format.media_type(),
        description,
        bytes: picture.bytes.into(),
    }
}
