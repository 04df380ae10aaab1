//! What holds in a guild where it chose nothing.

use domain::activity::rules::ActivityRules;
use domain::activity::score::Score;
use domain::id::WelcomeId;
use domain::settings::Field;
use domain::template::Template;

use super::call::Call;
use super::shown;

/// What holds of activity.
fn usual_activity(field: Field) -> Option<String> {
    let rules = ActivityRules::default();
    let tenths = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
    match field {
        Field::ActivityGain => Some(tenths(rules.score.gain.0 / Score::tenths(1).0)),
        Field::ActivityCooldown => Some(rules.score.cooldown.as_secs().to_string()),
        Field::ActivityGrace => Some((rules.score.grace.as_secs() / 60).to_string()),
        Field::ActivityFade => Some(tenths(rules.score.fade)),
        Field::ActivityLevels => Some(rules.levels.to_string()),
        Field::ActivityReportHour => Some(ActivityRules::REPORT_HOUR.to_string()),
        _ => None,
    }
}

impl Call {
    /// What holds for a field that is not set, in the field's form; `None` where nothing does, or no text of that form
    /// says it.
    fn default_of(&self, field: Field) -> Option<String> {
        let policy = self.services.plans.policy();
        let flag = |on: bool| Some(if on { Field::ON } else { Field::OFF }.to_owned());
        match field {
            Field::Language => Some(self.words.0.code().to_owned()),
            Field::TimeZone => Some("UTC".to_owned()),
            Field::WelcomeEnabled | Field::WelcomeCard | Field::ActivityEnabled => flag(true),
            Field::WelcomeChannel => policy.channel(&self.facts).map(|channel| channel.to_string()),
            Field::WelcomeStyle => Some("text".to_owned()),
            Field::AfterScreening => flag(policy.after_screening),
            Field::Raids => {
                let raids = if policy.raids.hold_back {
                    "hold-back"
                } else {
                    "groups"
                };
                Some(raids.to_owned())
            }
            _ => usual_activity(field)
                .or_else(|| self.usual_words(field))
                .or_else(|| self.usual_look(field)),
        }
    }

    fn usual_words(&self, field: Field) -> Option<String> {
        let plan = self.services.plans.usual(self.facts.clone(), self.words.0);
        // There is one text where nobody wrote any, whatever the id.
        if field == Field::WelcomeTexts {
            return Some(plan.text(WelcomeId(0)).to_string());
        }
        let lines = plan.card?.words;
        let line = match field {
            Field::CardTitle => lines.title,
            Field::CardSubtitle => lines.subtitle,
            Field::CardBadge => lines.badge,
            _ => return None,
        };
        Some(line.as_ref().map(Template::to_string).unwrap_or_default())
    }

    fn usual_look(&self, field: Field) -> Option<String> {
        let style = self.services.plans.usual_style();
        match field {
            Field::CardLayout => Some(style.layout.name().to_owned()),
            Field::CardTheme => Some(style.theme.name().to_owned()),
            Field::CardAccent => style.accent.map(|color| color.to_string()),
            Field::CardPanel => style.panel.map(|color| color.to_string()),
            Field::CardText => style.text.map(|color| color.to_string()),
            Field::CardOpacity => {
                let opacity = style.panel_opacity?.to_string();
                Some(opacity.trim_end_matches('%').to_owned())
            }
            Field::CardAvatar => Some(style.avatar_shape.name().to_owned()),
            Field::CardRing => Some(style.ring.name().to_owned()),
            Field::CardAlignment => style.alignment.map(|one| one.name().to_owned()),
            _ => None,
        }
    }

    /// What holds for a field that is not set and has no default of its own.
    fn instead_of(&self, field: Field) -> String {
        let words = self.words;
        match field {
            Field::FarewellChannel => words.field(Field::WelcomeChannel).to_owned(),
            Field::CardAccent | Field::CardPanel | Field::CardText | Field::CardOpacity => {
                words.of_the_theme()
            }
            Field::CardAlignment => words.of_the_layout(),
            Field::CardBackground => words.usual_picture(),
            _ => words.none(),
        }
    }

    /// A field's name and what holds for it, whatever that comes from.
    pub(crate) fn whole_line_of(&self, field: Field, chars_max: usize) -> String {
        let words = self.words;
        self.line_of(field, chars_max).unwrap_or_else(|| {
            let value = words.by_default_which_is(&self.instead_of(field));
            format!("**{}**: {value}", words.field(field))
        })
    }

    /// A field's name and what holds for it; `None` where that is nothing.
    pub(crate) fn line_of(&self, field: Field, chars_max: usize) -> Option<String> {
        let words = self.words;
        let shown = |text: &str| {
            let value = shown::value(words, field, text, chars_max);
            shown::clipped(&value, chars_max + 10)
        };
        let value = match self.stored.settings.get(field) {
            Some(text) => shown(text),
            None => words.by_default_which_is(&shown(&self.default_of(field)?)),
        };
        Some(format!("**{}**: {value}", words.field(field)))
    }
}
