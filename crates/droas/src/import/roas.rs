//! The databases of Discord-ROAS-Bot, of all its versions.
//!
//! A file may be anything: tables may be missing, columns of any type may hold anything, and names may be those of views.
//! Whatever is not understood is said, and nothing of the file is run.

mod daily;
mod meter;
mod settings;
mod table;
mod words;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use domain::day::Day;
use domain::id::{GuildId, UserId};
use domain::time::UnixMs;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use store::ImportedMember;

use super::file::{SourceFile, log_of};
use super::findings::{Findings, TableFindings};
use crate::moment;
use table::Named;

/// How long a lock of the other bot is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// What is known of a member: the score at the last message, and the messages of days.
#[derive(Debug, Default)]
struct Member {
    score: Option<meter::Reading>,
    days: HashMap<Day, u64>,
}

type Members = HashMap<(GuildId, UserId), Member>;

/// Reads all that is understood.
pub(super) fn read(file: &SourceFile) -> anyhow::Result<Findings> {
    let shown = file.path.display();
    let db = open(file)?;
    let explain = |error: rusqlite::Error| explain(file, error);
    db.execute_batch("BEGIN").map_err(explain)?;
    refuse_damaged(file, &db)?;
    let now = moment::now();
    let mut members = Members::new();
    let mut findings = Findings::default();
    let mut known = 0;
    let mut unknown = Vec::new();
    for found in table::all(&db).map_err(explain)? {
        let lower = found.name.to_lowercase();
        let mut told = TableFindings::of(&found.name);
        if !KNOWN.contains(&lower.as_str()) {
            unknown.push(found.name);
            continue;
        }
        known += 1;
        if let Some(what) = found.not_a_table {
            told.note(format!("is {what} and was not read"));
        } else {
            read_table(
                &db,
                &lower,
                &found.name,
                now,
                &mut members,
                &mut findings,
                &mut told,
            )
            .map_err(explain)?;
        }
        findings.tables.push(told);
    }
    if known == 0 {
        bail!(
            "{shown} has none of the tables {}; name the activity or the welcome database of Discord-ROAS-Bot",
            KNOWN.join(", ")
        );
    }
    for name in unknown {
        let mut told = TableFindings::of(&name);
        told.note("has no equal here and was not read");
        findings.tables.push(told);
    }
    findings.members = members
        .into_iter()
        .map(|(key, member)| finish(key, member))
        .collect();
    findings.members.sort_by_key(|member| (member.guild, member.user));
    Ok(findings)
}

const KNOWN: [&str; 6] = [
    "meter",
    "activity_meter",
    "daily",
    "report_channel",
    "activity_meter_settings",
    "welcome_settings",
];

fn read_table(
    db: &Connection,
    kind: &str,
    name: &str,
    now: UnixMs,
    members: &mut Members,
    findings: &mut Findings,
    told: &mut TableFindings,
) -> rusqlite::Result<()> {
    match kind {
        "meter" | "activity_meter" => meter::read(db, name, now, members, told),
        "daily" => daily::read(db, name, now, members, told),
        "report_channel" => settings::report_channel(db, name, &mut findings.settings, told),
        "activity_meter_settings" => settings::announcements(db, name, &mut findings.settings, told),
        _ => settings::welcome(db, name, &mut findings.settings, told),
    }
}

/// Who has messages and no score has one of 0, from the last day on.
fn finish((guild, user): (GuildId, UserId), member: Member) -> ImportedMember {
    let mut days: Vec<_> = member.days.into_iter().collect();
    days.sort_unstable();
    let last_day = days.last().map_or(Day(0), |(day, _)| *day);
    let reading = member.score.unwrap_or_else(|| meter::Reading::none_on(last_day));
    ImportedMember {
        guild,
        user,
        score: reading.score,
        last: reading.last,
        days,
    }
}

/// Opens the file to read it. Nothing in its schema is trusted to run.
fn open(file: &SourceFile) -> anyhow::Result<Connection> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    const WRITE_VERSION_AT: usize = 18;
    const LOG: u8 = 2;
    let shown = file.path.display();
    if !file.head.starts_with(MAGIC) {
        bail!(
            "{shown} is not a SQLite database; name the activity or the welcome database of Discord-ROAS-Bot"
        );
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A file that is written with a log and has none is open nowhere; read as one that never changes, nothing is left
    // beside it.
    let rests = file.head.get(WRITE_VERSION_AT) == Some(&LOG) && !log_of(&file.path).exists();
    let opened = if rests {
        let path = std::path::absolute(&file.path).context(format!("{shown} cannot be read"))?;
        let path = path
            .to_str()
            .ok_or_else(|| anyhow!("{shown} has a name that is not UTF-8; copy it to one that is"))?;
        let url = url::Url::from_file_path(path).map_err(|()| anyhow!("{shown} cannot be read"))?;
        Connection::open_with_flags(format!("{url}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(&file.path, flags)
    };
    let prepare = |db: Connection| {
        db.busy_timeout(BUSY_TIMEOUT)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        Ok(db)
    };
    opened.and_then(prepare).map_err(|error| explain(file, error))
}

fn refuse_damaged(file: &SourceFile, db: &Connection) -> anyhow::Result<()> {
    let found: String = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| explain(file, error))?;
    if found == "ok" {
        return Ok(());
    }
    bail!("{}", damaged(file, &found))
}

fn damaged(file: &SourceFile, what: &str) -> String {
    format!(
        "{} is damaged ({}) and nothing was read; recover it with `sqlite3 FILE .recover`, or take a backup",
        file.path.display(),
        what.lines().next().unwrap_or("it cannot be read")
    )
}

fn explain(file: &SourceFile, error: rusqlite::Error) -> anyhow::Error {
    let shown = file.path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            anyhow!("{shown} is locked by another program; stop the other bot and try again")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            anyhow!(damaged(file, &error.to_string()))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => anyhow!(
            "{shown} cannot be read where it lies ({error}); copy it, with the files of its name that end in -wal and -journal, to a \
             folder that you may write"
        ),
        _ => anyhow!("{shown} cannot be read ({error})"),
    }
}

/// The columns that all these tables have.
const GUILD: Named = Named {
    what: "the server",
    names: &["guild_id", "guild", "server_id"],
};
const USER: Named = Named {
    what: "the member",
    names: &["user_id", "user", "member_id"],
};
