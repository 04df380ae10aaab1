//! The link with which an admin adds the bot to a guild.

use domain::id::ApplicationId;
use url::Url;

use crate::permissions::{Permission, Permissions};

/// The invite link, with the scopes and permissions that the bot uses and no others.
/// Source: Discord's documentation, "OAuth2", heading "Bot Authorization Flow", read in August 2026.
pub fn invite_url(application: ApplicationId) -> Url {
    let permissions: Permissions = Permission::TO_GREET.into_iter().collect();
    let mut url = Url::parse("https://discord.com/oauth2/authorize").expect("a constant that a test parses");
    url.query_pairs_mut()
        .append_pair("client_id", &application.to_string())
        .append_pair("scope", "bot applications.commands")
        .append_pair("permissions", &permissions.0.to_string());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invite_asks_for_what_the_bot_uses() {
        assert_eq!(
            invite_url(ApplicationId(42)).as_str(),
            "https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands&permissions=117760"
        );
    }
}
