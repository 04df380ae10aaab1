//! Where the document is known to be wrong, or stricter than what Discord's documentation promises.

use serde_json::{Value, json};

/// A place in the document that is not believed.
#[derive(Clone, Copy, Debug)]
pub struct Correction {
    /// What the report calls it.
    pub name: &'static str,
    /// Why the document is not believed there, with the source.
    pub reason: &'static str,
    /// Where: JSON pointers to schemas.
    at: &'static [&'static str],
    /// What is right there, besides what the document says.
    also: fn() -> Value,
}

/// All corrections. As few as can be.
const CORRECTIONS: &[Correction] = &[
    Correction {
        name: "attachments are numbered",
        reason: "the document wants a text for the id of a new attachment; Reference, \"Uploading Files\", shows a number \
                 (read in August 2026), and every client sends one",
        at: &["/components/schemas/MessageAttachmentRequest/properties/id"],
        also: || json!({ "type": "integer", "minimum": 0, "maximum": 9 }),
    },
    Correction {
        name: "permissions are text",
        reason: "the document wants a number for the permissions of a command; Application Commands, \"Application \
                 Command Object\", has a bit set as text (read in August 2026), which is what answers hold",
        at: &[
            "/components/schemas/ApplicationCommandCreateRequest/properties/default_member_permissions",
            "/components/schemas/ApplicationCommandPatchRequestPartial/properties/default_member_permissions",
            "/components/schemas/ApplicationCommandUpdateRequest/properties/default_member_permissions",
        ],
        also: || json!({ "type": "string", "pattern": "^[0-9]+$" }),
    },
    Correction {
        name: "what is wrong with a field has a code in words",
        reason: "the document has numbers; Reference, \"Error Messages\", shows words in capitals, such as \
                 BASE_TYPE_REQUIRED (read in August 2026)",
        at: &["/components/schemas/InnerErrors/properties/_errors/items"],
        also: || {
            json!({
                "type": "object",
                "properties": {
                    "code": { "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$" },
                    "message": { "type": "string" },
                },
                "required": ["code", "message"],
            })
        },
    },
];

/// Corrects `root`, and returns the corrections that found their place in it.
pub(super) fn correct(root: &mut Value) -> Vec<Correction> {
    let mut made = Vec::new();
    for correction in CORRECTIONS {
        let mut found = false;
        for at in correction.at {
            if let Some(schema) = root.pointer_mut(at) {
                *schema = json!({ "anyOf": [schema.take(), (correction.also)()] });
                found = true;
            }
        }
        if found {
            made.push(*correction);
        }
    }
    made
}
