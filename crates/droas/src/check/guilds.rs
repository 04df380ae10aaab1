//! What the bot may do in the channels where it greets, and with the roles that it gives.

use discord::{Permission, Refusal, Rest, RestError};
use domain::id::{ChannelId, GuildId, RoleId, UserId};
use domain::settings::Field;
use store::upkeep::{self, KnownGuild, KnownGuilds, UpkeepError};

use super::discord_side::unanswered;
use super::finding::{Finding, Findings};
use crate::config::Config;

const SERVERS: &str = "servers";
const CHANNEL: &str = "welcome channel";
const ROLES: &str = "level roles";

/// Without these nothing is posted.
const TO_POST: [Permission; 2] = [Permission::ViewChannel, Permission::SendMessages];

/// Looks at the guilds of the database, or at the one that is asked for.
pub(super) async fn look(
    config: &Config,
    rest: &Rest,
    bot: UserId,
    only: Option<GuildId>,
    guilds_max: usize,
    findings: &mut Findings,
) {
    let known = match upkeep::known_guilds(&config.database, only, guilds_max).await {
        Ok(known) => known,
        Err(UpkeepError::NoDatabase { .. }) => KnownGuilds::default(),
        Err(_) => {
            let why = "they are looked at once the database can be read";
            return findings.add(Finding::not_checked(SERVERS, why));
        }
    };
    match (only, known.total) {
        (Some(guild), 0) => {
            return findings.add(
                Finding::warning(
                    SERVERS,
                    "the bot has never been in it, or was removed",
                    "look at the id, and invite the bot with the link above",
                )
                .of(guild),
            );
        }
        (None, 0) => {
            return findings.add(Finding::ok(SERVERS, "the database knows none yet"));
        }
        _ => {}
    }
    let mut well = 0;
    for guild in &known.guilds {
        let found = look_at(config, rest, bot, guild).await;
        if let Some(Reached::Not(finding)) = found {
            findings.add(finding);
            let why = "the others are looked at once Discord answers";
            return findings.add(Finding::not_checked(SERVERS, why));
        }
        let Some(Reached::Found(of_guild)) = found else {
            continue;
        };
        if of_guild.is_empty() {
            well += 1;
        }
        of_guild
            .into_iter()
            .for_each(|finding| findings.add(finding.of(guild.facts.id)));
    }
    let looked_at = known.guilds.len();
    let more = known.total.saturating_sub(looked_at as u64);
    let found = match (well, looked_at) {
        (1, 1) => "the bot may do all that it needs".to_owned(),
        _ => format!("in {well} of {looked_at} the bot may do all that it needs"),
    };
    let finding = if more == 0 {
        Finding::ok(SERVERS, found)
    } else {
        Finding::ok(SERVERS, format!("{found}, and {more} more were not looked at"))
            .but("--guilds N looks at more, --guild ID at one")
    };
    findings.add(finding);
}

/// Whether Discord told of a guild.
enum Reached {
    /// All that is not as it should be.
    Found(Vec<Finding>),
    /// Discord does not answer any more.
    Not(Finding),
}

/// `None` for a guild that greets nobody and gives no roles.
async fn look_at(config: &Config, rest: &Rest, bot: UserId, guild: &KnownGuild) -> Option<Reached> {
    let settings = &guild.settings;
    let greets = settings.flag(Field::WelcomeEnabled).unwrap_or(true);
    let roles: Vec<RoleId> = settings.level_roles().into_iter().map(|(_, role)| role).collect();
    if !greets && roles.is_empty() {
        return None;
    }
    let mut findings = Vec::new();
    if greets {
        let chosen = settings.channel(Field::WelcomeChannel);
        let channel = chosen.or_else(|| config.policy.channel(&guild.facts));
        match channel {
            None => findings.push(Finding::warning(
                CHANNEL,
                format!(
                    "nobody named one in {}, and it has no system channel",
                    named(guild)
                ),
                "call /welcome channel there, or name one under welcome.channels",
            )),
            Some(channel) => {
                let allowed = rest.permissions_in(guild.facts.id, channel, bot).await;
                match judged(
                    guild,
                    channel,
                    allowed.map(|held| held.missing(&Permission::TO_GREET)),
                ) {
                    Ok(found) => findings.extend(found),
                    Err(finding) => return Some(Reached::Not(*finding)),
                }
            }
        }
    }
    if !roles.is_empty() {
        match of_roles(rest, bot, guild, &roles).await {
            Ok(found) => findings.extend(found),
            Err(error) => match refusal(&error) {
                Some(told) => findings.push(Finding::warning(
                    ROLES,
                    format!("those of {} cannot be read: {told}", named(guild)),
                    "invite the bot again",
                )),
                None => return Some(Reached::Not(unanswered(ROLES, &error))),
            },
        }
    }
    Some(Reached::Found(findings))
}

/// What the missing permissions mean, or that Discord does not answer.
fn judged(
    guild: &KnownGuild,
    channel: ChannelId,
    missing: Result<Vec<Permission>, RestError>,
) -> Result<Option<Finding>, Box<Finding>> {
    let place = format!("channel {channel} of {}", named(guild));
    let missing = match missing {
        Ok(missing) => missing,
        Err(error) => {
            let advice = "choose another with /welcome channel, or let the bot see it";
            return match refusal(&error) {
                Some(told) => Ok(Some(Finding::fault(
                    CHANNEL,
                    format!("{place}: {told}; {advice}"),
                ))),
                None => Err(Box::new(unanswered(CHANNEL, &error))),
            };
        }
    };
    if missing.is_empty() {
        return Ok(None);
    }
    let names: Vec<_> = missing.iter().map(|one| one.name()).collect();
    let found = format!("in {place} the bot lacks {}", names.join(", "));
    let advice = "give it to the bot's role in the channel's permissions";
    let card = guild.settings.flag(Field::WelcomeCard).unwrap_or(true);
    let needed = |one: &Permission| TO_POST.contains(one) || (card && *one == Permission::AttachFiles);
    Ok(Some(if missing.iter().any(needed) {
        Finding::fault(CHANNEL, format!("{found}, so nobody is greeted; {advice}"))
    } else {
        Finding::warning(CHANNEL, found, advice)
    }))
}

/// What is in the way of giving these roles.
async fn of_roles(
    rest: &Rest,
    bot: UserId,
    guild: &KnownGuild,
    wanted: &[RoleId],
) -> Result<Vec<Finding>, RestError> {
    let id = guild.facts.id;
    let (roles, held) = tokio::try_join!(rest.guild_roles(id), rest.member_roles(id, bot))?;
    let mut findings = Vec::new();
    if !roles.permissions(bot, &held).has(Permission::ManageRoles) {
        findings.push(Finding::fault(
            ROLES,
            format!(
                "in {} the bot lacks {}, so it gives no roles for levels; give it to the bot's role in Server Settings > Roles",
                named(guild),
                Permission::ManageRoles.name()
            ),
        ));
    }
    for wanted in wanted {
        let place = format!("role {wanted} of {}", named(guild));
        findings.extend(match roles.role(*wanted) {
            None => Some(Finding::warning(
                ROLES,
                format!("{place} is gone"),
                "choose another with /activity level-role",
            )),
            Some(role) if role.managed => Some(Finding::fault(
                ROLES,
                format!("{place} belongs to an integration, which alone can give it; choose another with /activity level-role"),
            )),
            Some(role) if !roles.outranks(bot, &held, role) => Some(Finding::fault(
                ROLES,
                format!(
                    "{place} does not stand below the bot's own role, so it cannot be given; drag the bot's role above it in Server \
                     Settings > Roles"
                ),
            )),
            Some(_) => None,
        });
    }
    Ok(findings)
}

/// What Discord says that stays so until somebody changes something.
fn refusal(error: &RestError) -> Option<&'static str> {
    match error.refusal()? {
        Refusal::ChannelGone => Some("it does not exist any more"),
        Refusal::MissingAccess | Refusal::MissingPermission => Some("the bot does not see it"),
        Refusal::MemberGone => Some("the bot is not in this server any more"),
        _ => None,
    }
}

fn named(guild: &KnownGuild) -> String {
    format!("{:?}", guild.facts.name)
}
