//! Which function does what is asked.

use super::answer::Acted;
use super::request::Call;
use super::route::Action;
use super::{applications, callbacks, commands, guilds, member_roles, messages, users, webhooks};
use crate::state::State;

/// Does what is asked, at once.
///
/// # Errors
/// Discord refuses it.
pub(super) fn act(state: &State, call: &Call, action: Action) -> Acted {
    match action {
        Action::Gateway => applications::gateway(state),
        Action::GatewayBot => applications::gateway_bot(state),
        Action::CurrentApplication => applications::current(state),
        Action::CurrentUser => users::current(state),
        Action::User(id) => users::user(state, id),
        Action::CurrentUserGuilds => users::guilds(state, call),
        Action::OpenDirectChannel => users::open_direct_channel(state, call),
        Action::Guild(id) => guilds::guild(state, call, id),
        Action::GuildChannels(id) => guilds::channels(state, id),
        Action::GuildRoles(id) => guilds::roles(state, id),
        Action::GuildMembers(id) => guilds::members(state, call, id),
        Action::GuildMember(guild, user) => guilds::member(state, guild, user),
        Action::GiveRole(of, role) => member_roles::give(state, call, of, role),
        Action::TakeRole(of, role) => member_roles::take(state, call, of, role),
        Action::Channel(id) => guilds::channel(state, id),
        Action::ListMessages(channel) => messages::list(state, call, channel),
        Action::CreateMessage(channel) => messages::create(state, call, channel),
        Action::Message(channel, id) => messages::get(state, channel, id),
        Action::EditMessage(channel, id) => messages::edit(state, call, channel, id),
        Action::DeleteMessage(channel, id) => messages::delete(state, channel, id),
        Action::Typing(channel) => messages::typing(state, channel),
        Action::ListCommands(place) => commands::list(state, call, place),
        Action::OverwriteCommands(place) => commands::overwrite(state, call, place),
        Action::CreateCommand(place) => commands::create(state, call, place),
        Action::Command(place, id) => commands::get(state, place, id),
        Action::EditCommand(place, id) => commands::edit(state, call, place, id),
        Action::DeleteCommand(place, id) => commands::delete(state, place, id),
        Action::Callback(id, token) => callbacks::answer(state, call, id, &token),
        Action::FollowUp(app, token) => webhooks::follow_up(state, call, app, &token),
        Action::AnswerMessage(app, token, which) => webhooks::get(state, app, &token, which),
        Action::EditAnswerMessage(app, token, which) => webhooks::edit(state, call, app, &token, which),
        Action::DeleteAnswerMessage(app, token, which) => webhooks::delete(state, app, &token, which),
    }
}
