//! The texts of that bot, in the words of this one.
//!
//! Its texts are Python's format strings over a member, a guild and a channel, in which `{member}` is the account's name.

/// Where a text will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// In a message, where somebody can be mentioned.
    Message,
    /// On the card, where names stand.
    Card,
}

/// A text with this bot's placeholders.
///
/// # Errors
/// A sentence that names what has no equal here.
pub(super) fn translated(text: &str, stand: Stand) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            out.push_str(&rest[..2]);
            rest = &rest[2..];
            continue;
        }
        let end = rest.starts_with('{').then(|| rest.find('}')).flatten();
        let Some(end) = end else {
            return Err("a brace stands alone in it".to_owned());
        };
        let name = &rest[1..end];
        let place = place(name.trim(), stand)
            .ok_or_else(|| format!("its placeholder {{{}}} has no equal here", cut(name)))?;
        out.push_str(place);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn place(name: &str, stand: Stand) -> Option<&'static str> {
    Some(match name {
        "member.mention" | "user.mention" | "mention" => match stand {
            Stand::Message => "{mention}",
            Stand::Card => "{name}",
        },
        "member" | "user" | "member.name" | "user.name" | "username" => "{username}",
        "member.display_name" | "member.nick" | "member.global_name" | "user.display_name" | "name" => {
            "{name}"
        }
        "member.id" | "user.id" | "id" => "{id}",
        "guild" | "guild.name" | "server" | "server.name" => "{guild}",
        "guild.member_count" | "member_count" => "{number}",
        _ => return None,
    })
}

fn cut(name: &str) -> String {
    name.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_in_our_words() {
        let text = "歡迎 {member.mention} ({member}) 加入 {guild.name}！{{}} 第 {guild.member_count}";
        assert_eq!(
            translated(text, Stand::Message).as_deref(),
            Ok("歡迎 {mention} ({username}) 加入 {guild}！{{}} 第 {number}")
        );
        assert_eq!(
            translated("{member.mention}", Stand::Card).as_deref(),
            Ok("{name}")
        );
    }

    #[test]
    fn what_has_no_equal_is_named() {
        for (text, named) in [
            ("see {channel.mention}", "{channel.mention}"),
            ("{member!r}", "{member!r}"),
            ("{member.guild.owner:>10}", "{member.guild.owner:>10}"),
            ("lone } brace", "alone"),
            ("lone { brace", "alone"),
        ] {
            let refused = translated(text, Stand::Message).expect_err(text);
            assert!(refused.contains(named), "{refused}");
        }
    }
}
