//! Embeds that show a file of their own message.

use serde_json::Value;

/// Puts addresses in place of `attachment://name`, as far as `address_of` knows the name.
/// Source: Discord's documentation, "API Reference", heading "Uploading Files", read in August 2026. Discord leaves such
/// files out of the message's `attachments`; here they stay, so that whoever reads the channel finds the bytes.
pub(crate) fn point_at_files(embeds: &mut [Value], address_of: impl Fn(&str) -> Option<String>) {
    for embed in embeds {
        for (part, key) in [
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ] {
            let link = embed.get_mut(part).and_then(|part| part.get_mut(key));
            if let Some(Value::String(link)) = link
                && let Some(address) = link.strip_prefix("attachment://").and_then(&address_of)
            {
                *link = address;
            }
        }
    }
}
