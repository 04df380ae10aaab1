//! Embeds.
//!
//! Source of the limits: Discord's documentation, "Messages Resource", heading "Embed Limits", read in August 2026.

use serde_json::{Map, Value, json};

use super::refusal::FormErrors;

const EMBEDS_MAX: usize = 10;
/// Characters of all texts of all embeds of a message together.
const CHARS_MAX: usize = 6_000;

/// Checks embeds and gives them as Discord does: `type` is `rich`, and what was null is absent.
pub(super) fn read(list: &Value, form: &mut FormErrors) -> Vec<Value> {
    let mut chars = 0;
    let read: Vec<Value> = form
        .list("embeds", Some(list), EMBEDS_MAX)
        .iter()
        .enumerate()
        .filter_map(|(index, embed)| embed_at(&format!("embeds.{index}"), embed, form, &mut chars))
        .collect();
    if chars > CHARS_MAX {
        form.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            format!("Embed size exceeds maximum size of {CHARS_MAX}"),
        );
    }
    read
}

fn embed_at(path: &str, embed: &Value, form: &mut FormErrors, chars: &mut usize) -> Option<Value> {
    let embed = form.object(path, Some(embed))?;
    let mut read = json!({"type": "rich"});
    let mut text = |form: &mut FormErrors, of: &Map<String, Value>, at: &str, name: &str, max: usize| {
        let found = form.text(&format!("{at}.{name}"), of.get(name), max)?;
        *chars += found.chars().count();
        Some(found.to_owned())
    };
    for (name, max) in [("title", 256), ("description", 4_096)] {
        if let Some(found) = text(form, embed, path, name, max) {
            read[name] = json!(found);
        }
    }
    if let Some(url) = link(&format!("{path}.url"), embed.get("url"), form) {
        read["url"] = json!(url);
    }
    if let Some(color) = form.integer(&format!("{path}.color"), embed.get("color"), 0, 0x00ff_ffff) {
        read["color"] = json!(color);
    }
    if let Some(timestamp) = form.text(&format!("{path}.timestamp"), embed.get("timestamp"), 64) {
        read["timestamp"] = json!(timestamp);
    }
    for (part, name, max) in [("footer", "text", 2_048), ("author", "name", 256)] {
        let at = format!("{path}.{part}");
        let Some(object) = form.object(&at, embed.get(part)) else {
            continue;
        };
        let Some(words) = text(form, object, &at, name, max) else {
            form.required(&format!("{at}.{name}"));
            continue;
        };
        read[part] = json!({name: words});
        for of in ["icon_url", "url"] {
            if let Some(url) = link(&format!("{at}.{of}"), object.get(of), form) {
                read[part][of] = json!(url);
            }
        }
    }
    for part in ["image", "thumbnail"] {
        let at = format!("{path}.{part}");
        if let Some(object) = form.object(&at, embed.get(part)) {
            match link(&format!("{at}.url"), object.get("url"), form) {
                Some(url) => read[part] = json!({"url": url}),
                None => form.required(&format!("{at}.url")),
            }
        }
    }
    let fields: Vec<Value> = form
        .list(&format!("{path}.fields"), embed.get("fields"), 25)
        .iter()
        .enumerate()
        .filter_map(|(index, field)| {
            let at = format!("{path}.fields.{index}");
            let field = form.object(&at, Some(field))?;
            let name = text(form, field, &at, "name", 256);
            let value = text(form, field, &at, "value", 1_024);
            for (name, given) in [("name", &name), ("value", &value)] {
                if given.as_ref().is_none_or(String::is_empty) {
                    form.required(&format!("{at}.{name}"));
                }
            }
            let inline = form.flag(&format!("{at}.inline"), field.get("inline"));
            Some(json!({"name": name?, "value": value?, "inline": inline.unwrap_or(false)}))
        })
        .collect();
    if !fields.is_empty() {
        read["fields"] = json!(fields);
    }
    Some(read)
}

fn link<'a>(path: &str, value: Option<&'a Value>, form: &mut FormErrors) -> Option<&'a str> {
    let url = form.text(path, value, 2_048)?;
    let known = ["http://", "https://", "attachment://"];
    if !known.iter().any(|scheme| url.starts_with(scheme)) {
        form.add(
            path,
            "URL_TYPE_INVALID_SCHEME",
            format!("Scheme of \"{url}\" is not supported. Scheme must be one of ('http', 'https')."),
        );
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(embeds: &Value) -> Value {
        let mut form = FormErrors::default();
        read(embeds, &mut form);
        form.check().expect_err("too much").errors.expect("a form")
    }

    #[test]
    fn each_limit_is_named_at_its_field() {
        let long = |chars| "字".repeat(chars);
        assert!(refused(&json!([{"title": long(257)}]))["embeds"]["0"]["title"].is_object());
        assert!(refused(&json!([{"description": long(4097)}]))["embeds"]["0"]["description"].is_object());
        let field = json!({"name": "a", "value": "b"});
        assert!(refused(&json!([{"fields": vec![field; 26]}]))["embeds"]["0"]["fields"].is_object());
        let half = json!({"description": long(3001)});
        assert!(refused(&json!([half, half]))["embeds"]["_errors"].is_array());
        assert!(refused(&json!(vec![json!({"title": "a"}); 11]))["embeds"]["_errors"].is_array());
        assert!(refused(&json!([{"footer": {}}]))["embeds"]["0"]["footer"]["text"].is_object());
    }

    #[test]
    fn sound_embed_comes_back_whole() {
        let mut form = FormErrors::default();
        let embed = json!({
            "title": "t", "description": "d", "url": "https://example.org", "color": 7, "footer": {"text": "f"},
            "image": {"url": "https://example.org/a.png"}, "fields": [{"name": "n", "value": "v"}], "author": null,
        });
        let read = read(&json!([embed]), &mut form);
        assert_eq!(form.check(), Ok(()));
        assert_eq!(
            read,
            [json!({
                "type": "rich", "title": "t", "description": "d", "url": "https://example.org", "color": 7,
                "footer": {"text": "f"}, "image": {"url": "https://example.org/a.png"},
                "fields": [{"name": "n", "value": "v", "inline": false}],
            })]
        );
    }
}
