//! A batch: what events changed, and the checkpoint behind them.

use domain::effect::{Effect, NewEpisode};
use domain::id::{GuildId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{Episode, Membership, SkipReason};
use rusqlite::{Connection, OptionalExtension, params};

use super::journal::Journal;
use super::row::{id, time, time_if_any, to_db};
use super::{
    guilds, level_roles, outbox, parking, screening, sessions, settings, stays, threads, watermarks,
};
use crate::batch::{Batch, Committed};

/// What a batch did.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) committed: Committed,
    /// Guilds that have their first settings now.
    pub(super) settings_begun: Vec<GuildId>,
}

/// Another welcome has the id of a new one, so nothing of the batch was done.
pub(super) struct IdTaken(pub(super) WelcomeId);

/// Nobody else writes, so what is looked for first need not fail later, with everybody else whose batch is in the same
/// transaction.
pub(super) fn apply(
    tx: &Connection,
    journal: &mut Journal,
    batch: &Batch,
) -> rusqlite::Result<Result<Applied, IdTaken>> {
    for effect in &batch.effects {
        if let Effect::BeginEpisode(episode) = effect
            && is_taken(tx, episode)?
        {
            return Ok(Err(IdTaken(episode.id)));
        }
    }
    let mut applied = Applied::default();
    for effect in &batch.effects {
        apply_one(tx, journal, effect, batch.at, &mut applied)?;
    }
    if let Some(change) = &batch.checkpoint {
        sessions::change(tx, change, batch.at)?;
    }
    Ok(Ok(applied))
}

/// Whether another episode has the id. The same one has it where it was stored before.
fn is_taken(tx: &Connection, episode: &NewEpisode) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM welcome WHERE id = ?1 AND (guild_id, user_id, joined_at) <> (?2, ?3, ?4))",
    )?
    .query_row(
        [
            to_db(episode.id.0),
            to_db(episode.guild.0),
            to_db(episode.member.id.0),
            episode.joined_at.0,
        ],
        |row| row.get(0),
    )
}

fn apply_one(
    tx: &Connection,
    journal: &mut Journal,
    effect: &Effect,
    at: UnixMs,
    applied: &mut Applied,
) -> rusqlite::Result<()> {
    let committed = &mut applied.committed;
    match effect {
        Effect::StoreGuild(facts) => {
            guilds::store(tx, facts, at)?;
            watermarks::guild_is_there(tx, facts.id)?;
            if settings::guild_is_there(tx, facts, at)? {
                applied.settings_begun.push(facts.id);
            }
        }
        Effect::ChangeThreads(news) => threads::change(tx, news)?,
        Effect::ForgetGuild(guild) => {
            guilds::forget(tx, *guild)?;
            threads::forget(tx, *guild)?;
            watermarks::forget(tx, *guild)?;
            parking::unpark(tx, *guild)?;
            settings::guild_is_gone(tx, *guild, at)?;
            committed.welcomes_skipped += skip_pending_of_guild(tx, *guild, at)?;
        }
        Effect::BeginEpisode(episode) => {
            if !begin_episode(tx, episode)? {
                committed.episodes_repeated += 1;
            } else if episode.skip.is_some() {
                committed.welcomes_skipped += 1;
            } else {
                committed.welcomes_queued += u64::from(!episode.screening);
                committed.welcomes_skipped += skip_earlier(tx, episode)?;
            }
        }
        Effect::EndEpisode(membership) => committed.welcomes_skipped += end_episode(tx, *membership, at)?,
        Effect::TellEpisode { id, .. } => stays::tell(tx, *id)?,
        Effect::ResumeEpisode {
            id,
            membership,
            greet,
            screening,
            at,
        } => {
            let queued = stays::resume(tx, *id, *membership, *at, greet.then_some(*screening))?;
            committed.welcomes_queued += queued;
        }
        Effect::PassScreening { membership, at } => {
            committed.welcomes_queued += screening::pass(tx, *membership, *at)?;
        }
        Effect::WatchJoins { guild, since } => watermarks::watch(tx, *guild, *since)?,
        Effect::HearUntil { shard, at } => watermarks::hear_until(tx, *shard, *at)?,
        Effect::BeginSession {
            guilds,
            at,
            told_late_max,
        } => watermarks::begin_session(tx, guilds, *at, *told_late_max)?,
        Effect::SearchOn { guild, after, at } => watermarks::search_on(tx, *guild, *after, *at)?,
        Effect::EndSearch(guild) => watermarks::end_search(tx, *guild)?,
        Effect::CountActivity(members) => journal.add(tx, members)?,
        Effect::ConfirmWelcome {
            id,
            message,
            channel,
            at,
        } => {
            committed.welcomes_confirmed += outbox::mark_sent(tx, *id, Some(*message), *channel, *at)?;
        }
    }
    Ok(())
}

fn skip_pending_of_guild(tx: &Connection, guild: GuildId, at: UnixMs) -> rusqlite::Result<u64> {
    let skipped = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?2, settled_at = ?3
             WHERE guild_id = ?1 AND state = 'pending'",
        )?
        .execute(params![to_db(guild.0), SkipReason::GuildLeft.name(), at.0])?;
    Ok(skipped as u64)
}

/// Returns whether the episode is new. One that is stored already, as by another process, changes nothing.
fn begin_episode(tx: &Connection, episode: &NewEpisode) -> rusqlite::Result<bool> {
    if !episode.found {
        watermarks::join_was_told(tx, episode.guild, episode.joined_at)?;
    }
    let number = guilds::next_member_number(tx, episode.guild)?
        // The count that came with the session knows them already.
        .map(|next| {
            if episode.found {
                next.saturating_sub(1).max(1)
            } else {
                next
            }
        });
    // Not due before somebody says that they passed.
    let due_at = if episode.screening {
        UnixMs(i64::MAX)
    } else {
        episode.queued_at
    };
    let member = &episode.member;
    let inserted = tx
        .prepare_cached(
            "INSERT INTO welcome (id, guild_id, user_id, username, global_name, nick, discriminator, avatar,
                 guild_avatar, bot, joined_at, queued_at, member_number, state, skip_reason, next_attempt_at,
                 settled_at, in_screening, untold)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                 iif(?14 IS NULL, 'pending', 'skipped'), ?14, ?15, iif(?14 IS NULL, NULL, ?12), ?16, ?17)
             ON CONFLICT (guild_id, user_id, joined_at) DO NOTHING",
        )?
        .execute(params![
            to_db(episode.id.0),
            to_db(episode.guild.0),
            to_db(member.id.0),
            member.username,
            member.global_name,
            member.nick,
            member.discriminator,
            member.avatar,
            member.guild_avatar,
            member.bot,
            episode.joined_at.0,
            episode.queued_at.0,
            number.map(to_db),
            episode.skip.map(SkipReason::name),
            due_at.0,
            episode.screening,
            episode.found,
        ])?;
    if inserted == 0 {
        return Ok(false);
    }
    if !episode.found {
        guilds::count_members(tx, episode.guild, 1)?;
    }
    let membership = Membership {
        guild: episode.guild,
        user: member.id,
    };
    level_roles::forget_member(tx, membership)?;
    Ok(true)
}

/// A welcome of an episode whose leave was missed still waits: the new one greets its member. Returns how many.
fn skip_earlier(tx: &Connection, episode: &NewEpisode) -> rusqlite::Result<u64> {
    let skipped = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?4, settled_at = ?5, has_left = 1
             WHERE guild_id = ?1 AND user_id = ?2 AND state = 'pending' AND id <> ?3",
        )?
        .execute(params![
            to_db(episode.guild.0),
            to_db(episode.member.id.0),
            to_db(episode.id.0),
            SkipReason::Left.name(),
            episode.queued_at.0
        ])?;
    Ok(skipped as u64)
}

/// Returns how many pending welcomes that ended. A leave that was seen already changes nothing; one of a member of whom
/// nothing is stored lowers the count all the same.
fn end_episode(tx: &Connection, membership: Membership, at: UnixMs) -> rusqlite::Result<u64> {
    let Membership { guild, user } = membership;
    level_roles::forget_member(tx, membership)?;
    let last_left: Option<bool> = tx
        .prepare_cached(
            "SELECT has_left FROM welcome WHERE guild_id = ?1 AND user_id = ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row([to_db(guild.0), to_db(user.0)], |row| row.get(0))
        .optional()?;
    if last_left == Some(true) {
        return Ok(0);
    }
    guilds::count_members(tx, guild, -1)?;
    // Earlier rows too: an episode whose own leave was missed has ended all the more.
    let skipped = tx
        .prepare_cached(
            "UPDATE welcome SET state = 'skipped', skip_reason = ?3, settled_at = ?4
             WHERE guild_id = ?1 AND user_id = ?2 AND state = 'pending'",
        )?
        .execute(params![
            to_db(guild.0),
            to_db(user.0),
            SkipReason::Left.name(),
            at.0
        ])?;
    tx.prepare_cached(
        "UPDATE welcome SET has_left = 1 WHERE guild_id = ?1 AND user_id = ?2 AND has_left = 0",
    )?
    .execute([to_db(guild.0), to_db(user.0)])?;
    Ok(skipped as u64)
}

/// What the rules of joins ask. A row that was skipped greeted nobody, and one that waits for its member to pass screening
/// never may.
pub(super) fn last_episode(db: &Connection, membership: Membership) -> rusqlite::Result<Option<Episode>> {
    db.prepare_cached(
        "SELECT id, joined_at, has_left, untold,
             (SELECT max(CASE state
                     WHEN 'sent' THEN coalesce(first_attempt_at, settled_at)
                     WHEN 'sending' THEN first_attempt_at
                     WHEN 'pending' THEN iif(in_screening, NULL, queued_at)
                 END)
              FROM welcome WHERE guild_id = ?1 AND user_id = ?2)
         FROM welcome WHERE guild_id = ?1 AND user_id = ?2 ORDER BY id DESC LIMIT 1",
    )?
    .query_row([to_db(membership.guild.0), to_db(membership.user.0)], |row| {
        Ok(Episode {
            id: WelcomeId(id(row, 0)?),
            joined_at: time(row, 1)?,
            left: row.get(2)?,
            untold: row.get(3)?,
            greeted_at: time_if_any(row, 4)?,
        })
    })
    .optional()
}
