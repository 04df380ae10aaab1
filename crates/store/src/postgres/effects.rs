//! A batch: what events changed, and the checkpoint behind them.

use domain::effect::{Effect, NewEpisode};
use domain::id::{GuildId, WelcomeId};
use domain::time::UnixMs;
use domain::welcome::{Episode, Membership, SkipReason};

use super::failure::Failure;
use super::row::{id, text, text_if_any, time, time_if_any, to_db};
use super::session::Session;
use super::{activity, guilds, outbox, parking, screening, sessions, settings, stays, threads, watermarks};
use crate::batch::{Batch, Committed};

/// The transaction holds the locks of all guilds and shards that the batch names.
pub(super) async fn apply(tx: &Session, batch: &Batch) -> Result<Committed, Failure> {
    let mut committed = Committed::default();
    for effect in &batch.effects {
        apply_one(tx, effect, batch.at, &mut committed).await?;
    }
    if let Some(change) = &batch.checkpoint {
        sessions::change(tx, change, batch.at).await?;
    }
    Ok(committed)
}

async fn apply_one(
    tx: &Session,
    effect: &Effect,
    at: UnixMs,
    committed: &mut Committed,
) -> Result<(), Failure> {
    match effect {
        Effect::StoreGuild(facts) => {
            guilds::store(tx, facts, at).await?;
            watermarks::guild_is_there(tx, facts.id).await?;
            settings::guild_is_there(tx, facts, at).await?;
        }
        Effect::ChangeThreads(news) => threads::change(tx, news).await?,
        Effect::ForgetGuild(guild) => {
            guilds::forget(tx, *guild).await?;
            threads::forget(tx, *guild).await?;
            watermarks::forget(tx, *guild).await?;
            parking::unpark(tx, *guild).await?;
            settings::guild_is_gone(tx, *guild, at).await?;
            committed.welcomes_skipped += skip_pending_of_guild(tx, *guild, at).await?;
        }
        Effect::BeginEpisode(episode) => begin_episode(tx, episode, committed).await?,
        Effect::EndEpisode(membership) => {
            committed.welcomes_skipped += end_episode(tx, *membership, at).await?;
        }
        Effect::TellEpisode { id, .. } => stays::tell(tx, *id).await?,
        Effect::ResumeEpisode {
            id,
            membership,
            greet,
            screening,
            at,
        } => {
            let queued = stays::resume(tx, *id, *membership, *at, greet.then_some(*screening)).await?;
            committed.welcomes_queued += queued;
        }
        Effect::PassScreening { membership, at } => {
            committed.welcomes_queued += screening::pass(tx, *membership, *at).await?;
        }
        Effect::WatchJoins { guild, since } => watermarks::watch(tx, *guild, *since).await?,
        Effect::HearUntil { shard, at } => watermarks::hear_until(tx, *shard, *at).await?,
        Effect::BeginSession {
            guilds,
            at,
            told_late_max,
        } => watermarks::begin_session(tx, guilds, *at, *told_late_max).await?,
        Effect::SearchOn { guild, after, at } => watermarks::search_on(tx, *guild, *after, *at).await?,
        Effect::EndSearch(guild) => watermarks::end_search(tx, *guild).await?,
        Effect::CountActivity(members) => activity::count(tx, members).await?,
        Effect::ConfirmWelcome {
            id,
            message,
            channel,
            at,
        } => {
            committed.welcomes_confirmed += outbox::mark_sent(tx, *id, Some(*message), *channel, *at).await?;
        }
    }
    Ok(())
}

async fn skip_pending_of_guild(tx: &Session, guild: GuildId, at: UnixMs) -> Result<u64, Failure> {
    tx.execute(
        "UPDATE welcome SET state = 'skipped', skip_reason = $2, settled_at = $3
         WHERE guild_id = $1 AND state = 'pending'",
        &[&to_db(guild.0), &SkipReason::GuildLeft.name(), &at.0],
    )
    .await
}

/// An episode that is stored already, as by another process, changes nothing but the watermark. All in one statement, since
/// each costs a way to the server: its parts see the rows as they were before it.
async fn begin_episode(tx: &Session, episode: &NewEpisode, committed: &mut Committed) -> Result<(), Failure> {
    let member = &episode.member;
    // Not due before somebody says that they passed.
    let due_at = if episode.screening {
        i64::MAX
    } else {
        episode.queued_at.0
    };
    let row = tx
        .row(
            "WITH told AS (
                 -- A join that was told is one of ours: where the watch begins later, our clock was ahead of Discord's.
                 UPDATE join_watch SET since = $11 WHERE guild_id = $2 AND since > $11 AND NOT $17
             ), stored AS (
                 INSERT INTO welcome (id, guild_id, user_id, username, global_name, nick, discriminator, avatar,
                     guild_avatar, bot, joined_at, queued_at, member_number, state, skip_reason, next_attempt_at,
                     settled_at, in_screening, untold)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint, $12::bigint,
                     -- A count that came with the session knows the members already whom a list names.
                     (SELECT CASE WHEN $17 THEN greatest(member_count, 1) ELSE member_count + 1 END
                      FROM guild WHERE guild_id = $2 AND member_count IS NOT NULL),
                     CASE WHEN $13::text IS NULL THEN 'pending' ELSE 'skipped' END, $13, $14,
                     CASE WHEN $13::text IS NULL THEN NULL ELSE $12::bigint END, $15, $17)
                 ON CONFLICT (guild_id, user_id, joined_at) DO NOTHING
                 RETURNING id
             ), counted AS (
                 UPDATE guild SET member_count = member_count + 1
                 WHERE guild_id = $2 AND NOT $17 AND EXISTS (SELECT FROM stored)
             ), earlier AS (
                 -- A welcome of an episode whose leave was missed still waits: the new one greets its member.
                 UPDATE welcome SET state = 'skipped', skip_reason = $16, settled_at = $12, has_left = true
                 WHERE guild_id = $2 AND user_id = $3 AND state = 'pending' AND id <> $1
                     AND $13::text IS NULL AND EXISTS (SELECT FROM stored)
                 RETURNING id
             ), roles AS (
                 -- Who comes anew has none.
                 DELETE FROM level_role WHERE guild_id = $2 AND user_id = $3 AND EXISTS (SELECT FROM stored)
             )
             SELECT EXISTS (SELECT FROM stored) AS is_new, (SELECT count(*) FROM earlier) AS earlier",
            &[
                &to_db(episode.id.0),
                &to_db(episode.guild.0),
                &to_db(member.id.0),
                &text(&member.username),
                &text_if_any(member.global_name.as_ref()),
                &text_if_any(member.nick.as_ref()),
                &i64::from(member.discriminator),
                &text_if_any(member.avatar.as_ref()),
                &text_if_any(member.guild_avatar.as_ref()),
                &member.bot,
                &episode.joined_at.0,
                &episode.queued_at.0,
                &episode.skip.map(SkipReason::name),
                &due_at,
                &episode.screening,
                &SkipReason::Left.name(),
                &episode.found,
            ],
        )
        .await
        .map_err(|failure| failure.of_new_welcome(episode.id))?;
    if !row.try_get::<_, bool>("is_new")? {
        committed.episodes_repeated += 1;
    } else if episode.skip.is_some() {
        committed.welcomes_skipped += 1;
    } else {
        committed.welcomes_queued += u64::from(!episode.screening);
        committed.welcomes_skipped += id(&row, "earlier")?;
    }
    Ok(())
}

/// Returns how many pending welcomes that ended. A leave that was seen already changes nothing; one of a member of whom
/// nothing is stored lowers the count all the same.
async fn end_episode(tx: &Session, membership: Membership, at: UnixMs) -> Result<u64, Failure> {
    let (guild, user) = (to_db(membership.guild.0), to_db(membership.user.0));
    let last = tx
        .row_if_any(
            // Discord takes all roles from who leaves.
            "WITH roles AS (DELETE FROM level_role WHERE guild_id = $1 AND user_id = $2)
             SELECT has_left FROM welcome WHERE guild_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT 1",
            &[&guild, &user],
        )
        .await?;
    if let Some(last) = last
        && last.try_get("has_left")?
    {
        return Ok(0);
    }
    guilds::count_one_less(tx, membership.guild).await?;
    // Earlier rows too: an episode whose own leave was missed has ended all the more.
    let skipped = tx
        .execute(
            "UPDATE welcome SET state = 'skipped', skip_reason = $3, settled_at = $4
             WHERE guild_id = $1 AND user_id = $2 AND state = 'pending'",
            &[&guild, &user, &SkipReason::Left.name(), &at.0],
        )
        .await?;
    tx.execute(
        "UPDATE welcome SET has_left = true WHERE guild_id = $1 AND user_id = $2 AND NOT has_left",
        &[&guild, &user],
    )
    .await?;
    Ok(skipped)
}

/// What the rules of joins ask. A row that was skipped greeted nobody, and one that waits for its member to pass screening
/// never may.
pub(super) async fn last_episode(db: &Session, membership: Membership) -> Result<Option<Episode>, Failure> {
    let row = db
        .row_if_any(
            "SELECT id, joined_at, has_left, untold,
                 (SELECT max(CASE state
                         WHEN 'sent' THEN coalesce(first_attempt_at, settled_at)
                         WHEN 'sending' THEN first_attempt_at
                         WHEN 'pending' THEN CASE WHEN in_screening THEN NULL ELSE queued_at END
                     END)
                  FROM welcome WHERE guild_id = $1 AND user_id = $2) AS greeted_at
             FROM welcome WHERE guild_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT 1",
            &[&to_db(membership.guild.0), &to_db(membership.user.0)],
        )
        .await?;
    row.map(|row| {
        Ok(Episode {
            id: WelcomeId(id(&row, "id")?),
            joined_at: time(&row, "joined_at")?,
            left: row.try_get("has_left")?,
            untold: row.try_get("untold")?,
            greeted_at: time_if_any(&row, "greeted_at")?,
        })
    })
    .transpose()
}
