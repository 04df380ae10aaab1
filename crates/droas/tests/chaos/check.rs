//! Whether a world is as it should be, counted from what people see in their channels.

use std::collections::HashMap;

use sim::driver::MemberHandle;
use sim::world::World;
use sim::world::counters::Counters;

/// How often somebody is to be greeted, as the world stands at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// They stayed.
    Once,
    /// They left: who was greeted before, or was not any more, is both right.
    AtMostOnce,
    /// An application, or somebody who has yet to pass screening where that is waited for.
    Never,
}

/// How often each member is greeted: the bot's messages that mention them, in all channels of their guild.
pub(crate) fn greetings(world: &World) -> HashMap<MemberHandle, usize> {
    let mut greetings = HashMap::new();
    for guild in world.guilds.values() {
        let messages = guild
            .channels
            .values()
            .flat_map(|channel| channel.messages.values());
        for message in messages.filter(|message| message.author == world.bot.id) {
            for user in &message.mentions {
                let member = MemberHandle {
                    guild: guild.id,
                    user: *user,
                };
                *greetings.entry(member).or_default() += 1;
            }
        }
    }
    greetings
}

/// Whom a bot is to greet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Only those who have passed screening.
    pub(crate) after_screening: bool,
}

impl Rule {
    fn due(self, world: &World, member: MemberHandle) -> Due {
        let bot = world.users.get(&member.user).is_some_and(|user| user.bot);
        match world.member(member.guild, member.user) {
            _ if bot => Due::Never,
            Some(found) if found.pending && self.after_screening => Due::Never,
            Some(_) => Due::Once,
            None => Due::AtMostOnce,
        }
    }
}

/// Whether everybody who stayed is greeted by now.
pub(crate) fn nobody_waits(rule: Rule, world: &World, members: &[MemberHandle]) -> bool {
    let greetings = greetings(world);
    members
        .iter()
        .all(|member| rule.due(world, *member) != Due::Once || greetings.contains_key(member))
}

/// Those who were greeted too often or not at all, with a sentence for each.
pub(crate) fn wrongly_greeted(
    rule: Rule,
    world: &World,
    members: &[MemberHandle],
) -> Vec<(MemberHandle, String)> {
    let mut greetings = greetings(world);
    let mut wrong = Vec::new();
    for member in members {
        let count = greetings.remove(member).unwrap_or(0);
        let due = rule.due(world, *member);
        let right = match due {
            Due::Once => count == 1,
            Due::AtMostOnce => count <= 1,
            Due::Never => count == 0,
        };
        if !right {
            wrong.push((*member, format!("due {due:?} and greeted {count} times")));
        }
    }
    wrong.extend(
        greetings
            .into_keys()
            .map(|nobody| (nobody, "greeted and never joined".to_owned())),
    );
    wrong
}

/// What no bot can avoid that has just started and does not know how much of a window the one before has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unavoidable {
    /// Answers of 429 that no plan has drawn.
    pub(crate) earned_429: u64,
    /// IDENTIFYs within the window of an earlier one.
    pub(crate) identifies_too_soon: u64,
}

/// What the bot asked for that a sound client does not ask for.
pub(crate) fn broken_limits(counters: &Counters, unavoidable: Unavoidable) -> Vec<String> {
    let mut broken = Vec::new();
    if counters.rate_limited_earned > unavoidable.earned_429 {
        broken.push(format!(
            "{} answers of 429 were earned, {} could not be avoided",
            counters.rate_limited_earned, unavoidable.earned_429
        ));
    }
    if counters.identifies_too_soon > unavoidable.identifies_too_soon {
        broken.push(format!(
            "{} IDENTIFYs came too soon, {} could not be avoided",
            counters.identifies_too_soon, unavoidable.identifies_too_soon
        ));
    }
    if !counters.closes.is_empty() {
        broken.push(format!(
            "the gateway closed connections with {:?}",
            counters.closes
        ));
    }
    if !counters.unexpected.is_empty() {
        broken.push(format!("unsound requests: {:?}", counters.unexpected));
    }
    broken
}
