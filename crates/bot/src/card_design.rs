//! How this installation's cards look, and what they say.

use bytes::Bytes;
use card::{Background, CardStyle, DecodeError, GroupCard, Person, Scene, WelcomeCard};
use domain::template::{Template, Values};

/// The looks and the words of cards, with their backgrounds prepared. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CardDesign {
    words: CardWords,
    welcome: Background,
    group: Background,
}

/// The lines of a welcome card besides the name. `None` leaves a line out.
#[derive(Clone, Debug)]
pub struct CardWords {
    /// Above the name.
    pub title: Option<Template>,
    /// Below the name.
    pub subtitle: Option<Template>,
    /// In the capsule. A line that asks for a number which is not known is left out.
    pub badge: Option<Template>,
}

impl CardWords {
    /// The line above the name when nobody chose another one.
    pub const TITLE: &'static str = "WELCOME";
    /// The line below the name when nobody chose another one.
    pub const SUBTITLE: &'static str = "joined {guild}";
    /// The capsule's line when nobody chose another one.
    pub const BADGE: &'static str = "Member #{number}";

    /// The card with these words, on a background that was prepared for [`Scene::Welcome`].
    pub fn welcome(&self, values: &Values<'_>, avatar: Option<Bytes>, background: Background) -> WelcomeCard {
        let line = |template: &Option<Template>| template.as_ref()?.fill_for_picture(values);
        WelcomeCard {
            title: line(&self.title).unwrap_or_default(),
            name: values.name.to_owned(),
            subtitle: line(&self.subtitle).unwrap_or_default(),
            badge: line(&self.badge).unwrap_or_default(),
            avatar,
            background,
        }
    }
}

impl Default for CardWords {
    fn default() -> Self {
        let line = |text| Some(Template::parse(text).expect("our own words are templates"));
        Self {
            title: line(Self::TITLE),
            subtitle: line(Self::SUBTITLE),
            badge: line(Self::BADGE),
        }
    }
}

impl CardDesign {
    /// Prepares the backgrounds, from a picture or from the one that is built in. Takes some 30 ms.
    ///
    /// # Errors
    /// [`DecodeError`]: the picture cannot be read.
    pub fn new(style: &CardStyle, words: CardWords, picture: Option<&[u8]>) -> Result<Self, DecodeError> {
        let scenes = [Scene::Welcome, Scene::Group];
        let [welcome, group] = match picture {
            Some(bytes) => Background::decode_for(bytes, scenes, style)?,
            None => scenes.map(|scene| Background::built_in(scene, style)),
        };
        Ok(Self {
            words,
            welcome,
            group,
        })
    }

    /// The card that welcomes a member.
    pub fn welcome(&self, values: &Values<'_>, avatar: Option<Bytes>) -> WelcomeCard {
        self.words.welcome(values, avatar, self.welcome.clone())
    }

    /// The card that welcomes many members at once.
    pub fn group(&self, guild_name: &str, people: Vec<Person>) -> GroupCard {
        Self::group_of(guild_name, people, self.group.clone())
    }

    /// As [`CardDesign::group`], on a background that was prepared for [`Scene::Group`].
    pub fn group_of(guild_name: &str, people: Vec<Person>, background: Background) -> GroupCard {
        let count = people.len();
        GroupCard {
            title: CardWords::TITLE.to_owned(),
            // Isolates, so that a name written from right to left does not turn the line around.
            subtitle: format!("{count} new members of \u{2068}{guild_name}\u{2069}"),
            people,
            background,
        }
    }
}

impl Default for CardDesign {
    /// The default style and words on the background that is built in.
    fn default() -> Self {
        Self::new(&CardStyle::default(), CardWords::default(), None).expect("nothing is decoded")
    }
}
