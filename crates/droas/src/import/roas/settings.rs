//! The tables of settings: channels, the report's hour, and what stands in welcomes.

use domain::id::GuildId;
use domain::settings::Field;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::findings::TableFindings;
use super::GUILD;
use super::table::{self, Named, Values};
use super::words::{Stand, translated};

/// Texts of settings that were found, each field of a guild once.
type Settings = Vec<(GuildId, Field, String)>;

const CHANNEL: Named = Named {
    what: "the channel",
    names: &["channel_id", "channel", "report_channel_id", "welcome_channel_id"],
};

/// A wanted column, from its place on, and the field that it becomes.
struct Wanted {
    place: usize,
    field: Field,
    kind: Kind,
}

enum Kind {
    Channel,
    Hour,
    Text(Stand),
}

/// The table `report_channel`.
pub(super) fn report_channel(
    db: &Connection,
    name: &str,
    settings: &mut Settings,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    let wanted = [Wanted {
        place: 1,
        field: Field::ActivityReportChannel,
        kind: Kind::Channel,
    }];
    read(db, name, &[GUILD, CHANNEL], 2, &wanted, settings, told)
}

/// The table `activity_meter_settings`.
pub(super) fn announcements(
    db: &Connection,
    name: &str,
    settings: &mut Settings,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    let columns = [
        GUILD,
        Named {
            what: "the channel",
            names: &["announcement_channel"],
        },
        Named {
            what: "the hour",
            names: &["announcement_time"],
        },
    ];
    let wanted = [
        Wanted {
            place: 1,
            field: Field::ActivityReportChannel,
            kind: Kind::Channel,
        },
        Wanted {
            place: 2,
            field: Field::ActivityReportHour,
            kind: Kind::Hour,
        },
    ];
    read(db, name, &columns, 1, &wanted, settings, told)
}

/// The table `welcome_settings`.
pub(super) fn welcome(
    db: &Connection,
    name: &str,
    settings: &mut Settings,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    let columns = [
        GUILD,
        CHANNEL,
        Named {
            what: "the message",
            names: &["message", "welcome_message"],
        },
        Named {
            what: "the title",
            names: &["title"],
        },
        Named {
            what: "the description",
            names: &["description"],
        },
    ];
    let text = |place, field, stand| Wanted {
        place,
        field,
        kind: Kind::Text(stand),
    };
    let wanted = [
        Wanted {
            place: 1,
            field: Field::WelcomeChannel,
            kind: Kind::Channel,
        },
        text(2, Field::WelcomeTexts, Stand::Message),
        text(3, Field::CardTitle, Stand::Card),
        text(4, Field::CardSubtitle, Stand::Card),
    ];
    read(db, name, &columns, 1, &wanted, settings, told)
}

fn read(
    db: &Connection,
    name: &str,
    named: &[Named],
    needed: usize,
    wanted: &[Wanted],
    settings: &mut Settings,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    table::each(db, name, named, needed, told, |row, values, told| {
        let guild = match table::id(values.get(0), "the server's id") {
            Ok(guild) => GuildId(guild),
            Err(reason) => return told.refuse(row, reason),
        };
        let (mut taken, mut merged, mut refused) = (false, false, false);
        for wanted in wanted {
            match one(values, wanted) {
                Ok(None) => {}
                Ok(Some(text)) => {
                    let known = |(of, field, _): &&mut (GuildId, Field, String)| {
                        (*of, *field) == (guild, wanted.field)
                    };
                    // The later row is the newer one.
                    if let Some((.., before)) = settings.iter_mut().find(known) {
                        merged = true;
                        *before = text;
                    } else {
                        taken = true;
                        settings.push((guild, wanted.field, text));
                    }
                }
                Err(reason) => {
                    refused = true;
                    told.refuse(row, reason);
                }
            }
        }
        match (taken, merged, refused) {
            (true, ..) => told.taken += 1,
            (_, true, _) => told.merged += 1,
            (.., false) => told.empty += 1,
            _ => {}
        }
    })
}

fn one(values: &Values<'_, '_>, wanted: &Wanted) -> Result<Option<String>, String> {
    let value = values.get(wanted.place);
    let field = wanted.field;
    let text = match wanted.kind {
        // No channel is 0 or nothing.
        Kind::Channel if matches!(value, ValueRef::Null | ValueRef::Integer(0)) => return Ok(None),
        Kind::Channel => table::id(value, "the channel's id")?.to_string(),
        Kind::Hour if value == ValueRef::Null => return Ok(None),
        Kind::Hour => table::whole(value, "the hour")?.to_string(),
        Kind::Text(stand) => {
            let Some(text) = table::text(value, "the text")? else {
                return Ok(None);
            };
            translated(&text, stand).map_err(|reason| format!("{field}: {reason}"))?
        }
    };
    field
        .canonical(&text)
        .map(Some)
        .map_err(|error| error.to_string())
}
