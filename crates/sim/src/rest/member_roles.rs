//! Roles of members.
//!
//! Source: Discord's documentation, "Guild Resource", headings "Add Guild Member Role" and "Remove Guild Member Role";
//! "Permissions", heading "Permission Hierarchy"; "API Reference", heading "Audit Log"; read in August 2026. Neither says
//! what comes of @everyone and of roles that belong to a bot or an integration; nobody can have the first given, and what
//! Discord manages is refused as what stands too high is.

use super::answer::{Acted, Answer};
use super::refusal::Refusal;
use super::request::Call;
use super::route::Membership;
use crate::state::State;
use crate::world::permissions::MANAGE_ROLES;
use crate::world::{Id, World};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 512;

pub(super) fn give(state: &State, call: &Call, of: Membership, role: Id) -> Acted {
    set(state, call, of, role, true)
}

pub(super) fn take(state: &State, call: &Call, of: Membership, role: Id) -> Acted {
    set(state, call, of, role, false)
}

fn set(state: &State, call: &Call, of: Membership, role: Id, given: bool) -> Acted {
    let reason = reason(call)?;
    let mut world = state.world();
    check(&world, of, role)?;
    if world.set_member_role(of.guild, of.user, role, given, reason) {
        Ok(Answer::empty())
    } else {
        Err(Refusal::unknown_member())
    }
}

fn check(world: &World, of: Membership, role: Id) -> Result<(), Refusal> {
    let guild = world.guild(of.guild).ok_or_else(Refusal::unknown_guild)?;
    if world.permissions(of.guild, world.bot.id, None) & MANAGE_ROLES == 0 {
        return Err(Refusal::missing_permissions());
    }
    if !world.users.contains_key(&of.user) {
        return Err(Refusal::unknown_user());
    }
    if !guild.members.contains_key(&of.user) {
        return Err(Refusal::unknown_member());
    }
    let found = guild.roles.get(&role).ok_or_else(Refusal::unknown_role)?;
    if found.id == guild.id {
        return Err(Refusal::invalid_role());
    }
    if found.bot.is_some() || !guild.outranks(world.bot.id, found) {
        return Err(Refusal::missing_permissions());
    }
    Ok(())
}

/// What is to stand in the audit log, in the header's own escapes.
fn reason(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(header) = call.headers.get("x-audit-log-reason") else {
        return Ok(None);
    };
    let too_long = || {
        let message = format!("Must be {REASON_CHARS_MAX} or fewer in length.");
        Refusal::form("reason", "BASE_TYPE_MAX_LENGTH", message)
    };
    let reason = unescaped(header.as_bytes());
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(too_long());
    }
    Ok(Some(reason))
}

fn unescaped(escaped: &[u8]) -> String {
    let hex = |digit: &u8| {
        char::from(*digit)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.extend(hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_read_out_of_its_escapes() {
        assert_eq!(unescaped(b"Level%20role"), "Level role");
        assert_eq!(unescaped("等級".as_bytes()), "等級");
        assert_eq!(unescaped(b"%E7%AD%89 100% %zz"), "等 100% %zz");
    }
}
