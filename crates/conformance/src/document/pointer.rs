//! JSON pointers into the document.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

/// A JSON pointer (RFC 6901) into the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

/// What may not stand in a URI's fragment (RFC 3986, 3.5) and stands in the paths of an OpenAPI document.
const OUTSIDE_FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b']')
    .add(b'{')
    .add(b'}');

impl Pointer {
    /// The pointer one step further down.
    pub fn join(&self, key: &str) -> Self {
        Self(format!(
            "{}/{}",
            self.0,
            key.replace('~', "~0").replace('/', "~1")
        ))
    }

    /// As it stands behind the `#` of a reference.
    pub fn to_fragment(&self) -> String {
        utf8_percent_encode(&self.0, OUTSIDE_FRAGMENT).to_string()
    }

    /// The pointer of a reference into the same document.
    fn from_reference(reference: &str) -> Option<Self> {
        let decoded = percent_decode_str(reference.strip_prefix('#')?)
            .decode_utf8()
            .ok()?;
        Some(Self(decoded.into_owned()))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value at `pointer`, with references followed to their end, and where that is. `None`: it points nowhere, or the
/// references go round in a circle.
pub(super) fn follow<'a>(root: &'a Value, pointer: &Pointer) -> Option<(Pointer, &'a Value)> {
    let mut at = pointer.clone();
    // A chain of references is one or two long; a longer one is a circle.
    for _ in 0..16 {
        let value = root.pointer(&at.0)?;
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => at = Pointer::from_reference(reference)?,
            None => return Some((at, value)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_with_slashes_and_braces_survive_the_way_into_a_reference() {
        let pointer = Pointer::default().join("paths").join("/a/{b}~");
        assert_eq!(pointer.to_string(), "/paths/~1a~1{b}~0");
        assert_eq!(
            Pointer::from_reference(&format!("#{}", pointer.to_fragment())),
            Some(pointer)
        );
    }

    #[test]
    fn references_are_followed_and_circles_end() {
        let root = json!({ "a": { "$ref": "#/b" }, "b": { "type": "string" }, "c": { "$ref": "#/c" } });
        let (at, value) = follow(&root, &Pointer::default().join("a")).expect("a leads to b");
        assert_eq!(
            (at.to_string().as_str(), value),
            ("/b", &json!({ "type": "string" }))
        );
        assert_eq!(follow(&root, &Pointer::default().join("c")), None);
    }
}
