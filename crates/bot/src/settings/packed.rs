//! Settings in few bytes, for as long as nobody looks at them.

use domain::id::{ChannelId, GuildId, UserId};
use domain::language::Language;
use domain::settings::{Field, Form, GuildSettings, StoredSettings};
use domain::time::UnixMs;

/// Set in a field's byte when its text follows as it is.
const VERBATIM: u8 = 0x80;

/// Appends everything but the guild's id.
pub(super) fn pack(stored: &StoredSettings, out: &mut Vec<u8>) {
    put_number(out, stored.version);
    out.extend_from_slice(&stored.updated_at.0.to_le_bytes()[..]);
    match stored.updated_by {
        Some(UserId(user)) => {
            out.push(1);
            out.extend_from_slice(&user.to_le_bytes());
        }
        None => out.push(0),
    }
    for (field, text) in stored.settings.entries() {
        let begin = out.len();
        out.push(field as u8);
        if put_compact(out, field.form(), text).is_none() {
            out.truncate(begin);
            out.push(field as u8 | VERBATIM);
            put_number(out, text.len() as u64);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// The settings that [`pack`] packed for this guild.
pub(super) fn unpack(guild: GuildId, packed: &[u8]) -> StoredSettings {
    let mut rest = Reader(packed);
    StoredSettings {
        guild,
        version: rest.number(),
        updated_at: UnixMs(i64::from_le_bytes(rest.array())),
        updated_by: (rest.byte() == 1).then(|| UserId(u64::from_le_bytes(rest.array()))),
        settings: GuildSettings::of_stored(std::iter::from_fn(|| rest.entry())),
    }
}

/// The version of packed settings.
pub(super) fn version(packed: &[u8]) -> u64 {
    Reader(packed).number()
}

/// Appends a text of a form that says less than its characters could; `None` when it is not exactly of that form, and what
/// was appended is of no use.
fn put_compact(out: &mut Vec<u8>, form: Form, text: &str) -> Option<()> {
    match form {
        Form::Flag => out.push(place(&[Field::OFF, Field::ON], text)?),
        Form::OneOf(known) => out.push(place(known, text)?),
        Form::Language => out.push(place(&Language::ALL.map(Language::code), text)?),
        Form::Percent => {
            let percent: u8 = text.parse().ok()?;
            out.push(percent);
            (percent.to_string() == text).then_some(())?;
        }
        Form::Channel => {
            let ChannelId(channel) = text.parse().ok()?;
            // As the parser, but not as it is written.
            if text.starts_with(['0', '+']) {
                return None;
            }
            out.extend_from_slice(&channel.to_le_bytes());
        }
        Form::Color => put_hex(out, text.strip_prefix('#')?, 3)?,
        Form::Asset => put_hex(out, text, 32)?,
        Form::Whole { .. } => {
            let number: u32 = text.parse().ok()?;
            (number.to_string() == text).then_some(())?;
            put_number(out, u64::from(number));
        }
        Form::TimeZone
        | Form::Look
        | Form::Tenths { .. }
        | Form::Channels
        | Form::Roles
        | Form::Levels
        | Form::LevelRoles
        | Form::Template { .. }
        | Form::Templates { .. } => return None,
    }
    Some(())
}

fn place(known: &[&str], text: &str) -> Option<u8> {
    let place = known.iter().position(|name| *name == text)?;
    u8::try_from(place).ok()
}

fn put_hex(out: &mut Vec<u8>, digits: &str, len: usize) -> Option<()> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if digits.len() != 2 * len {
        return None;
    }
    for pair in digits.as_bytes().chunks_exact(2) {
        out.push(value(pair[0])? << 4 | value(pair[1])?);
    }
    Some(())
}

/// Seven bits a byte, the lowest first; all bytes but the last have the top bit.
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn array<const LEN: usize>(&mut self) -> [u8; LEN] {
        self.take(LEN).try_into().expect("as many as asked for")
    }

    fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }

    fn entry(&mut self) -> Option<(Field, String)> {
        if self.0.is_empty() {
            return None;
        }
        let kind = self.byte();
        let field = Field::ALL[usize::from(kind & !VERBATIM)];
        if kind & VERBATIM != 0 {
            let len = usize::try_from(self.number()).expect("it lies in memory");
            let text = std::str::from_utf8(self.take(len)).expect("it was a text");
            return Some((field, text.to_owned()));
        }
        Some((field, self.compact(field.form())))
    }

    fn compact(&mut self, form: Form) -> String {
        match form {
            Form::Flag => [Field::OFF, Field::ON][usize::from(self.byte())].to_owned(),
            Form::OneOf(known) => known[usize::from(self.byte())].to_owned(),
            Form::Language => Language::ALL[usize::from(self.byte())].code().to_owned(),
            Form::Percent => self.byte().to_string(),
            Form::Channel => u64::from_le_bytes(self.array()).to_string(),
            Form::Color => format!("#{}", hex(self.take(3))),
            Form::Asset => hex(self.take(32)),
            Form::Whole { .. } => self.number().to_string(),
            Form::TimeZone
            | Form::Look
            | Form::Tenths { .. }
            | Form::Channels
            | Form::Roles
            | Form::Levels
            | Form::LevelRoles
            | Form::Template { .. }
            | Form::Templates { .. } => {
                unreachable!("texts of this form are packed as they are")
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .map(|digit| char::from_digit(digit.into(), 16).expect("four bits"))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(stored: &StoredSettings) -> Vec<u8> {
        let mut bytes = Vec::new();
        pack(stored, &mut bytes);
        bytes
    }

    fn canonical(field: Field) -> &'static str {
        match field.form() {
            Form::Flag => "on",
            Form::Channel => "1263489187301294130",
            Form::Language => "zh-TW",
            Form::TimeZone => "Asia/Taipei",
            Form::OneOf(known) => known[known.len() - 1],
            Form::Look => "centered",
            Form::Color => "#58f0a2",
            Form::Percent => "100",
            Form::Whole { max, .. } if max < 600 => "23",
            Form::Whole { .. } => "600",
            Form::Tenths { .. } => "12.4",
            Form::Channels | Form::Roles => "1263489187301294130 1263489187301294131",
            Form::Levels => "25 50 75 90",
            Form::LevelRoles => "active=1263489187301294130 legend=1263489187301294131",
            Form::Asset => "00ff7f80c3ab1122334455667788990000ff7f80c3ab1122334455667788990f",
            Form::Template { .. } => "歡迎 {name}",
            Form::Templates { .. } => "a\n---\nb",
        }
    }

    #[test]
    fn every_field_is_unpacked_as_it_was() {
        let all = Field::ALL.iter().map(|field| (*field, canonical(*field)));
        let stored = StoredSettings {
            version: u64::MAX,
            settings: GuildSettings::of_stored(all.clone()),
            updated_at: UnixMs(-1),
            updated_by: Some(UserId(u64::MAX)),
            ..StoredSettings::none(GuildId(9))
        };
        let bytes = packed(&stored);
        assert_eq!(unpack(GuildId(9), &bytes), stored);
        assert_eq!(version(&bytes), u64::MAX);
        for (field, text) in all {
            assert_eq!(
                field.canonical(text).as_deref(),
                Ok(text),
                "what the test calls so"
            );
        }
    }

    #[test]
    fn guild_that_chose_language_and_channel_takes_few_bytes() {
        let stored = StoredSettings {
            version: 2,
            settings: GuildSettings::of_stored([
                (Field::Language, "zh-TW"),
                (Field::WelcomeChannel, "1263489187301294130"),
            ]),
            updated_at: UnixMs(1_790_000_000_000),
            updated_by: Some(UserId(1_263_489_187_301_294_130)),
            ..StoredSettings::none(GuildId(9))
        };
        assert_eq!(packed(&stored).len(), 29);
    }

    proptest! {
        #[test]
        fn any_texts_are_unpacked_as_they_were(
            version in any::<u64>(),
            at in any::<i64>(),
            by in any::<Option<u64>>(),
            texts in proptest::collection::vec(
                (0..Field::ALL.len(), prop_oneof![".{0,300}", "[+]?[0-9]{0,22}", "#?[0-9a-fA-F]{0,64}"]),
                0..30,
            ),
        ) {
            let stored = StoredSettings {
                version,
                settings: GuildSettings::of_stored(texts.into_iter().map(|(at, text)| (Field::ALL[at], text))),
                updated_at: UnixMs(at),
                updated_by: by.map(UserId),
                ..StoredSettings::none(GuildId(1))
            };
            prop_assert_eq!(unpack(GuildId(1), &packed(&stored)), stored);
        }
    }
}
