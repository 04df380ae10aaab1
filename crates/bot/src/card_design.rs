//! How this installation's cards look, and what they say.

use bytes::Bytes;
use card::{Background, CardStyle, DecodeError, GroupCard, Person, Scene, WelcomeCard};
use domain::language::Language;
use domain::template::{Template, Values};
use domain::words::Words;

/// The looks and the words of cards, with their backgrounds prepared. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CardDesign {
    words: CardWords,
    style: CardStyle,
    /// The operator's picture, for styles other than this one.
    picture: Option<Bytes>,
    welcome: Background,
    group: Background,
}

/// The lines of a welcome card besides the name. `None` leaves a line out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardWords {
    /// Above the name.
    pub title: Option<Template>,
    /// Below the name.
    pub subtitle: Option<Template>,
    /// In the capsule. A line that asks for a number which is not known is left out.
    pub badge: Option<Template>,
}

impl CardWords {
    /// The line above the name when nobody chose another one; a guild of another language has it in that language.
    pub const TITLE: &'static str = Words::of(Language::English).card_title;
    /// The line below the name, likewise.
    pub const SUBTITLE: &'static str = Words::of(Language::English).card_subtitle;
    /// The capsule's line, likewise.
    pub const BADGE: &'static str = Words::of(Language::English).card_badge;

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
        Self {
            title: Some(Words::template(Self::TITLE)),
            subtitle: Some(Words::template(Self::SUBTITLE)),
            badge: Some(Words::template(Self::BADGE)),
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
            style: style.clone(),
            picture: picture.map(Bytes::copy_from_slice),
            welcome,
            group,
        })
    }

    /// The card that greets many members at once, in a language, on a background that was prepared for [`Scene::Group`].
    pub fn group_of(
        language: Language,
        guild_name: &str,
        people: Vec<Person>,
        background: Background,
    ) -> GroupCard {
        let words = Words::of(language);
        GroupCard {
            title: words.card_title.to_owned(),
            subtitle: words.group_subtitle(people.len(), guild_name),
            people,
            background,
        }
    }

    /// The card that greets a member of a guild that chose nothing, who has no avatar.
    pub fn welcome_of(&self, values: &Values<'_>) -> WelcomeCard {
        self.words.welcome(values, None, self.welcome.clone())
    }

    /// What cards say where a guild chose nothing.
    pub(crate) fn words(&self) -> &CardWords {
        &self.words
    }

    /// How they look there.
    pub(crate) fn style(&self) -> &CardStyle {
        &self.style
    }

    /// What they stand on in another style than this one; `None` is the picture that is built in.
    pub(crate) fn picture(&self) -> Option<&Bytes> {
        self.picture.as_ref()
    }

    /// What they stand on, prepared in this style; `None` for scenes that are not.
    pub(crate) fn prepared(&self, scene: Scene) -> Option<&Background> {
        match scene {
            Scene::Welcome => Some(&self.welcome),
            Scene::Group => Some(&self.group),
            Scene::Activity | Scene::Leaderboard | Scene::Chart => None,
        }
    }
}

impl Default for CardDesign {
    /// The default style and words on the background that is built in.
    fn default() -> Self {
        Self::new(&CardStyle::default(), CardWords::default(), None).expect("nothing is decoded")
    }
}
