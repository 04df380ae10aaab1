//! Embeds: boxes under a message's text.

use serde_json::{Map, Value, json};

use crate::component::{FormError, at_most, color, len_at_most};

/// The most characters of all embeds of a message.
const LEN_MAX: usize = 6000;

/// A box under a message's text. Something must be in it.
/// Source of the limits: Discord's documentation, "Message", heading "Embed Limits", read in August 2026.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    /// At most 256 characters.
    pub title: Option<String>,
    /// Its text with Discord's markup; at most 4096 characters. Mentions in it tell nobody.
    pub description: Option<String>,
    /// The colour of its edge, 0xRRGGBB.
    pub color: Option<u32>,
    /// A picture's https address, or `attachment://` and the name of a file that goes with the message: the picture is
    /// shown in the box then, and not beside it.
    pub image: Option<String>,
    /// Small text at its foot; at most 2048 characters.
    pub footer: Option<String>,
}

pub(crate) fn json(embeds: &[Embed]) -> Value {
    embeds.iter().map(one).collect()
}

fn one(embed: &Embed) -> Value {
    let fields = [
        ("title", embed.title.as_deref().map(Value::from)),
        ("description", embed.description.as_deref().map(Value::from)),
        ("color", embed.color.map(Value::from)),
        ("image", embed.image.as_deref().map(|url| json!({"url": url}))),
        (
            "footer",
            embed.footer.as_deref().map(|text| json!({"text": text})),
        ),
    ];
    let there = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

/// # Errors
/// Discord would refuse them.
pub(crate) fn check(embeds: &[Embed]) -> Result<(), FormError> {
    at_most("embeds", embeds.len(), 10)?;
    let mut all = 0;
    for embed in embeds {
        color(embed.color)?;
        for (field, text, max) in [
            ("title of an embed", &embed.title, 256),
            ("text of an embed", &embed.description, 4096),
            ("footer of an embed", &embed.footer, 2048),
        ] {
            let count = text.as_deref().map_or(0, |text| text.chars().count());
            len_at_most(field, count, max)?;
            all += count;
        }
    }
    len_at_most("all embeds", all, LEN_MAX)
}
