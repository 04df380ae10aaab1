//! The command, as CI calls it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn conformance(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the command starts")
}

fn status_and_text(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(text).expect("it speaks UTF-8"),
    )
}

/// A folder with a document of one route, `GET /time`, which answers with an integer, and a recording of `answers`.
fn folder_with(answers: &[Value]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let schema = json!({ "type": "integer" });
    let answer = json!({ "description": "", "content": { "application/json": { "schema": schema } } });
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/time": { "get": { "responses": { "200": answer } } } },
    });
    fs::write(folder.path().join("document.json"), document.to_string()).expect("the folder can be written");
    let lines = answers.iter().map(|answer| {
        let line = json!({
            "at_ms": 1, "method": "GET", "path": "/api/v10/time", "query": {}, "headers": {},
            "json": null, "parts": null, "status": 200, "answer": answer, "fault": null,
        });
        format!("{line}\n")
    });
    fs::create_dir_all(folder.path().join("recordings/deeper")).expect("the folder can be written");
    let recording = folder.path().join("recordings/deeper/one.jsonl");
    fs::write(recording, lines.collect::<String>()).expect("the folder can be written");
    folder
}

#[test]
fn right_recordings_pass_and_are_counted_by_route() {
    let folder = folder_with(&[json!(1), json!(2)]);
    let (status, text) = status_and_text(&conformance(
        folder.path(),
        &["--spec", "document.json", "recordings"],
    ));
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("GET /time         2        2"), "{text}");
}

#[test]
fn a_mistake_made_twice_is_told_once_with_its_count_and_its_first_line() {
    let folder = folder_with(&[json!(1), json!("noon"), json!("midnight")]);
    let (status, text) = status_and_text(&conformance(
        folder.path(),
        &["--spec", "document.json", "recordings"],
    ));
    assert_eq!(status, Some(1), "{text}");
    assert_eq!(text.matches("expected:").count(), 1, "{text}");
    assert!(
        text.contains("seen 2x, first at recordings/deeper/one.jsonl:2"),
        "{text}"
    );
    assert!(!text.contains("noon"), "{text}");
}

#[test]
fn where_the_document_is_known_to_be_wrong_it_is_not_believed_and_that_is_said() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let attachment = json!({ "type": "object", "properties": { "id": { "type": "string" }, "size": { "type": "string" } } });
    let schema = json!({ "$ref": "#/components/schemas/MessageAttachmentRequest" });
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/files": { "post": {
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "responses": { "204": { "description": "" } },
        } } },
        "components": { "schemas": { "MessageAttachmentRequest": attachment } },
    });
    fs::write(folder.path().join("document.json"), document.to_string()).expect("the folder can be written");
    let run = |body: Value| {
        let line = json!({
            "method": "POST", "path": "/api/v10/files", "headers": { "content-type": "application/json" },
            "json": body, "parts": null, "status": 204, "answer": null, "fault": null,
        });
        fs::write(folder.path().join("one.jsonl"), line.to_string()).expect("the folder can be written");
        status_and_text(&conformance(
            folder.path(),
            &["--spec", "document.json", "one.jsonl"],
        ))
    };
    for id in [json!("0"), json!(0)] {
        let (status, text) = run(json!({ "id": id }));
        assert_eq!(status, Some(0), "{text}");
        assert!(text.contains("not believed: attachments are numbered"), "{text}");
        assert!(
            !text.contains("not believed: permissions"),
            "what the document does not have is not corrected: {text}"
        );
    }
    for wrong in [json!({ "id": -1 }), json!({ "size": 0 })] {
        let (status, text) = run(wrong);
        assert_eq!(status, Some(1), "{text}");
    }
}

#[test]
fn an_absent_document_skips_the_check_and_says_so() {
    let folder = folder_with(&[json!("noon")]);
    let (status, text) = status_and_text(&conformance(
        folder.path(),
        &["--spec", "no-such.json", "recordings"],
    ));
    assert_eq!(status, Some(0), "{text}");
    assert!(
        text.contains("SKIPPED") && text.contains("no-such.json is absent"),
        "{text}"
    );
}

#[test]
fn recordings_without_a_request_fail() {
    let folder = folder_with(&[]);
    let (status, text) = status_and_text(&conformance(
        folder.path(),
        &["--spec", "document.json", "recordings"],
    ));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("no request"), "{text}");
    fs::remove_dir_all(folder.path().join("recordings/deeper")).expect("the folder can be written");
    let (status, text) = status_and_text(&conformance(
        folder.path(),
        &["--spec", "document.json", "recordings"],
    ));
    assert_eq!(status, Some(1), "{text}");
}

#[test]
fn what_cannot_be_used_is_told_with_status_2() {
    let folder = folder_with(&[json!(1)]);
    fs::write(folder.path().join("broken.jsonl"), "{\"method\":").expect("the folder can be written");
    for (arguments, piece) in [
        (&["--spec", "document.json"][..], "RECORDINGS"),
        (&["recordings"], "--spec"),
        (
            &["--spec", "recordings/deeper/one.jsonl", "recordings"],
            "OpenAPI 3.1",
        ),
        (&["--spec", "document.json", "no-such-folder"], "no-such-folder"),
        (&["--spec", "document.json", "broken.jsonl"], "broken.jsonl:1"),
    ] {
        let (status, text) = status_and_text(&conformance(folder.path(), arguments));
        assert_eq!(status, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(piece), "{arguments:?}: {text}");
    }
}
