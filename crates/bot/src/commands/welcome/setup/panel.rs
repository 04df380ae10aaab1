//! The panel as it is drawn.

use discord::{
    ActionRow, Button, ButtonStyle, ChannelSelect, Component, FOLLOW_UP_WITHIN, Media, Reply, SelectOption,
    StringSelect,
};
use domain::settings::Field;

use super::super::{channel, message, sample, standing};
use super::looks;
use crate::commands::call::Call;
use crate::commands::press::Press;
use crate::commands::refused::Refused;
use crate::commands::shown;

/// The most characters of what became of a change, and of a new member's text; with the rest far below the 4000 that
/// all texts of a message may have.
const NOTICE_CHARS_MAX: usize = 700;
const TEXT_CHARS_MAX: usize = 1_500;

/// What is shown of the settings besides the channel, the words and the card.
const FIELDS: [Field; 3] = [Field::WelcomeEnabled, Field::WelcomeStyle, Field::WelcomeCard];

/// A custom id for a part of the panel: about the version that is shown, and for as long as an answer can be given.
pub(super) fn press(call: &Call, action: &str) -> Press {
    let user = call.interaction.member.id;
    Press {
        until: call.now + FOLLOW_UP_WITHIN,
        ..Press::new(action, user, call.now, call.stored.version)
    }
}

/// The panel, with what became of a change.
pub(super) async fn of(call: &Call, notice: Option<String>) -> Result<Reply, Refused> {
    let words = call.words;
    let state = state(call, notice).await?;
    let card = sample::card(call).await?;
    let channels = ChannelSelect {
        placeholder: Some(words.setup_choose_channel()),
        ..ChannelSelect::one_of(press(call, "welcome.setup-channel").custom_id(), &channel::TYPES)
    };
    let mut parts = vec![
        Component::TextDisplay(state),
        Component::ActionRow(ActionRow::ChannelSelect(channels)),
        Component::Separator {
            divider: true,
            large: false,
        },
        Component::TextDisplay(text(call).await?),
    ];
    let mut attachments = Vec::new();
    match card {
        Some(Some(card)) => {
            parts.push(Component::MediaGallery(vec![Media {
                url: format!("attachment://{}", card.file_name),
                description: Some(card.description.chars().take(1024).collect())
                    .filter(|text: &String| !text.trim().is_empty()),
            }]));
            attachments.push(card);
        }
        Some(None) => parts.push(Component::TextDisplay(words.no_preview())),
        None => {}
    }
    for (action, field, names) in looks() {
        parts.push(Component::ActionRow(ActionRow::StringSelect(look_select(
            call, action, field, &names,
        ))));
    }
    parts.push(Component::ActionRow(ActionRow::Buttons(buttons(call))));
    let until = shown::ago(call.now + FOLLOW_UP_WITHIN);
    let container = Component::Container {
        accent: accent(call),
        components: parts,
    };
    Ok(Reply {
        attachments,
        ..Reply::private_panel(vec![container, Component::TextDisplay(words.setup_until(&until))])
    })
}

/// The heading, what became of a change, and what stands.
async fn state(call: &Call, notice: Option<String>) -> Result<String, Refused> {
    let words = call.words;
    let mut lines = vec![words.setup_heading(&shown::inline(&call.facts.name, 100))];
    lines.extend(notice.map(|notice| shown::clipped(&notice, NOTICE_CHARS_MAX)));
    lines.push(format!(
        "**{}**: {}",
        words.field(Field::WelcomeChannel),
        standing::channel(call).map_or_else(|| "—".to_owned(), shown::channel)
    ));
    for field in FIELDS {
        lines.extend(call.line_of(field, 60));
    }
    let missing = standing::what_is_missing(call).await?;
    if missing.is_empty() {
        lines.push(words.all_well());
    }
    lines.extend(missing);
    Ok(lines.join("\n"))
}

/// What a new member reads, as it would look for the caller.
async fn text(call: &Call) -> Result<String, Refused> {
    let words = call.words;
    let texts = message::as_it_looks(call).await?;
    let mut shown = words.setup_text_is();
    if let Some((_, first)) = texts.first() {
        for line in shown::clipped(first, TEXT_CHARS_MAX).lines().take(40) {
            shown.push_str("\n> ");
            shown.push_str(line);
        }
    }
    if texts.len() > 1 {
        shown.push('\n');
        shown.push_str(&words.setup_more_texts(texts.len() - 1));
    }
    Ok(shown)
}

fn look_select(call: &Call, action: &str, field: Field, names: &[&str]) -> StringSelect {
    let words = call.words;
    let chosen = call.stored.settings.get(field);
    let options = names.iter().map(|name| {
        let look = words.look(name).unwrap_or(name);
        SelectOption {
            label: if field == Field::CardLayout {
                words.setup_layout(look)
            } else {
                words.setup_theme(look)
            },
            value: (*name).to_owned(),
            description: None,
            default: chosen == Some(name),
        }
    });
    StringSelect {
        placeholder: Some(if field == Field::CardLayout {
            words.setup_choose_layout()
        } else {
            words.setup_choose_theme()
        }),
        ..StringSelect::one_of(press(call, action).custom_id(), options.collect())
    }
}

fn buttons(call: &Call) -> Vec<Button> {
    let words = call.words;
    let settings = &call.stored.settings;
    let button = |style, action: &str, label| {
        let press = press(call, &format!("welcome.setup-{action}"));
        Button::new(style, press.custom_id(), label)
    };
    let mut buttons = vec![
        button(ButtonStyle::Primary, "message", words.setup_message_button()),
        button(ButtonStyle::Primary, "picture", words.setup_picture_button()),
    ];
    if settings.get(Field::CardBackground).is_some() {
        let label = words.setup_remove_picture_button();
        buttons.push(button(ButtonStyle::Secondary, "usual-picture", label));
    }
    buttons.push(if settings.flag(Field::WelcomeCard).unwrap_or(true) {
        button(ButtonStyle::Secondary, "card-off", words.setup_card_off_button())
    } else {
        button(ButtonStyle::Secondary, "card-on", words.setup_card_on_button())
    });
    buttons.push(if settings.flag(Field::WelcomeEnabled).unwrap_or(true) {
        button(ButtonStyle::Danger, "disable", words.setup_disable_button())
    } else {
        button(ButtonStyle::Success, "enable", words.setup_enable_button())
    });
    buttons
}

/// The colour that the guild chose for its embeds; it is the only one of its own that it has outside of the card.
fn accent(call: &Call) -> Option<u32> {
    let color = call.stored.settings.get(Field::EmbedColor)?;
    u32::from_str_radix(color.strip_prefix('#')?, 16).ok()
}
