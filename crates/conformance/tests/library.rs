//! The check against a small document of a library that lends books.

use conformance::check::{Checker, Finding, Part, Requests, Verdict};
use conformance::document::Document;
use conformance::recording::Exchange;
use serde_json::{Value, json};

fn library() -> Document {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "A library", "version": "1" },
        "paths": {
            "/books": {
                "get": {
                    "parameters": [
                        { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 10 } },
                        { "name": "lent", "in": "query", "schema": { "type": "boolean" } },
                        { "name": "of", "in": "query", "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Id" } } },
                    ],
                    "responses": {
                        "200": { "description": "", "content": { "application/json": {
                            "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } },
                        } } },
                        "4XX": { "$ref": "#/components/responses/Refusal" },
                    },
                },
                "post": {
                    "requestBody": { "required": true, "content": {
                        "application/json": { "schema": { "$ref": "#/components/schemas/NewBook" } },
                        "multipart/form-data": { "schema": { "$ref": "#/components/schemas/NewBook" } },
                    } },
                    "responses": {
                        "201": { "description": "", "content": { "application/json": {
                            "schema": { "$ref": "#/components/schemas/Book" },
                        } } },
                        "4XX": { "$ref": "#/components/responses/Refusal" },
                    },
                },
            },
            "/books/{book_id}": {
                "parameters": [
                    { "name": "book_id", "in": "path", "required": true, "schema": { "$ref": "#/components/schemas/Id" } },
                ],
                "delete": { "responses": { "204": { "description": "" }, "4XX": { "$ref": "#/components/responses/Refusal" } } },
            },
        },
        "components": {
            "responses": {
                "Refusal": { "description": "", "content": { "application/json": {
                    "schema": { "type": "object", "properties": { "code": { "type": "integer" } }, "required": ["code"] },
                } } },
            },
            "schemas": {
                "Id": { "type": "string", "format": "snowflake", "pattern": "^[0-9]+$" },
                "Titled": { "type": "object", "properties": { "title": { "type": "string", "maxLength": 20 } }, "required": ["title"] },
                "Shelf": { "type": "object", "properties": { "type": { "const": 1 }, "shelf": { "type": "string" } }, "required": ["type", "shelf"] },
                "Reader": { "type": "object", "properties": { "type": { "const": 2 }, "reader": { "$ref": "#/components/schemas/Id" } }, "required": ["type", "reader"] },
                "NewBook": { "allOf": [
                    { "$ref": "#/components/schemas/Titled" },
                    { "type": "object", "properties": {
                        "pages": { "type": ["integer", "null"], "format": "int32" },
                        "where": { "oneOf": [
                            { "type": "null" },
                            { "$ref": "#/components/schemas/Shelf" },
                            { "$ref": "#/components/schemas/Reader" },
                        ] },
                    } },
                ] },
                "Book": { "allOf": [
                    { "$ref": "#/components/schemas/NewBook" },
                    { "type": "object", "properties": {
                        "id": { "$ref": "#/components/schemas/Id" },
                        "since": { "type": "string", "format": "date-time" },
                    }, "required": ["id"] },
                ] },
            },
        },
    });
    Document::new(document).expect("the library's document is whole")
}

fn exchange(method: &str, path: &str) -> Exchange {
    let line = json!({
        "at_ms": 1, "method": method, "path": path, "query": {}, "headers": { "content-type": "application/json" },
        "json": null, "parts": null, "status": 200, "answer": null, "fault": null,
    });
    serde_json::from_value(line).expect("it is a line of a recording")
}

fn post(body: Value) -> Exchange {
    Exchange {
        json: Some(body),
        status: Some(201),
        answer: Some(json!({ "title": "Emma", "id": "7" })),
        ..exchange("POST", "/api/v10/books")
    }
}

fn list(answer: Value) -> Exchange {
    Exchange {
        answer: Some(answer),
        ..exchange("GET", "/api/v10/books")
    }
}

fn verdict(exchange: &Exchange) -> Verdict {
    Checker::new(&library(), Requests::Strict).check(exchange)
}

fn findings(exchange: &Exchange) -> Vec<Finding> {
    match verdict(exchange) {
        Verdict::Api { findings, .. } => findings,
        Verdict::Cdn => panic!("{} is no picture", exchange.path),
    }
}

/// The only finding: where it is, and whether what was expected there names `piece`.
#[track_caller]
fn assert_only(exchange: &Exchange, part: Part, pointer: &str, piece: &str) {
    let findings = findings(exchange);
    let [finding] = findings.as_slice() else {
        panic!("one finding was expected: {findings:#?}")
    };
    assert_eq!(
        (finding.part, finding.pointer.as_str()),
        (part, pointer),
        "{finding:?}"
    );
    assert!(
        finding.expected.contains(piece),
        "{finding:?} does not name {piece}"
    );
}

#[test]
fn what_the_document_allows_is_no_finding() {
    assert_eq!(
        findings(&post(
            json!({ "title": "Emma", "pages": 474, "where": { "type": 1, "shelf": "A" } })
        )),
        []
    );
    assert_eq!(
        findings(&post(json!({ "title": "Emma", "pages": null, "where": null }))),
        []
    );
    assert_eq!(
        findings(&list(
            json!([{ "title": "Emma", "id": "7", "since": "2026-08-01T10:00:00.123000+00:00" }])
        )),
        []
    );
    let deleted = Exchange {
        status: Some(204),
        ..exchange("DELETE", "/api/v10/books/7")
    };
    assert_eq!(findings(&deleted), []);
}

#[test]
fn the_route_is_told_by_its_template() {
    let deleted = Exchange {
        status: Some(204),
        ..exchange("DELETE", "/api/v10/books/7")
    };
    let route = "DELETE /books/{book_id}".to_owned();
    assert_eq!(
        verdict(&deleted),
        Verdict::Api {
            route,
            answered: true,
            refused: false,
            findings: vec![]
        }
    );
}

#[test]
fn a_wrong_body_is_found_where_it_is_wrong() {
    assert_only(&post(json!({ "title": 3 })), Part::Body, "/title", "string");
    assert_only(&post(json!({ "pages": 3 })), Part::Body, "", "title");
    assert_only(
        &post(json!({ "title": "a title of 21 letters" })),
        Part::Body,
        "/title",
        "20",
    );
    assert_only(
        &post(json!({ "title": "Emma", "pages": 3_000_000_000_u64 })),
        Part::Body,
        "/pages",
        "2147483647",
    );
    let none = Exchange {
        json: None,
        ..post(json!(null))
    };
    assert_only(&none, Part::Body, "", "a body");
}

#[test]
fn a_field_that_nothing_names_is_found() {
    assert_only(
        &post(json!({ "title": "Emma", "tilte": "Emma" })),
        Part::Body,
        "",
        "tilte",
    );
    let shelf = json!({ "type": 1, "shelf": "A", "row": 4 });
    assert_only(
        &post(json!({ "title": "Emma", "where": shelf })),
        Part::Body,
        "/where",
        "row",
    );
}

#[test]
fn of_alternatives_the_nearest_one_explains() {
    let reader = json!({ "type": 2, "reader": 5 });
    assert_only(
        &post(json!({ "title": "Emma", "where": reader })),
        Part::Body,
        "/where/reader",
        "string",
    );
}

#[test]
fn a_wrong_answer_is_found_where_it_is_wrong() {
    assert_only(
        &list(json!([{ "title": "Emma", "id": "7" }, { "title": "Persuasion" }])),
        Part::Answer,
        "/1",
        "id",
    );
    assert_only(
        &list(json!([{ "title": "Emma", "id": "7", "since": "yesterday" }])),
        Part::Answer,
        "/0/since",
        "date-time",
    );
    assert_only(
        &list(json!([{ "title": "Emma", "id": "99999999999999999999" }])),
        Part::Answer,
        "/0/id",
        "snowflake",
    );
    assert_only(&list(json!(null)), Part::Answer, "", "array");
    let status = Exchange {
        status: Some(202),
        ..list(json!([]))
    };
    assert_only(&status, Part::Status, "", "202");
    let body = Exchange {
        status: Some(204),
        answer: Some(json!({})),
        ..exchange("DELETE", "/api/v10/books/7")
    };
    assert_only(&body, Part::Answer, "", "no body");
    let refusal = Exchange {
        status: Some(404),
        answer: Some(json!({})),
        ..exchange("DELETE", "/api/v10/books/7")
    };
    assert_only(&refusal, Part::Answer, "", "code");
}

#[test]
fn an_answer_that_a_fault_made_is_not_checked_but_the_request_is() {
    let faulty = Exchange {
        status: Some(502),
        fault: Some("5xx".into()),
        ..post(json!({ "title": 3 }))
    };
    assert_only(&faulty, Part::Body, "/title", "string");
    let unanswered = Exchange {
        status: None,
        answer: None,
        fault: Some("reset".into()),
        ..post(json!({ "title": "Emma" }))
    };
    assert_eq!(findings(&unanswered), []);
    let unplanned = Exchange {
        status: Some(502),
        ..post(json!({ "title": "Emma" }))
    };
    assert_only(&unplanned, Part::Status, "", "502");
}

#[test]
fn a_route_that_is_not_in_the_document_is_found() {
    assert_only(&exchange("GET", "/api/v10/magazines"), Part::Route, "", "a route");
    assert_only(&exchange("PATCH", "/api/v10/books"), Part::Route, "", "a route");
    assert_only(&exchange("GET", "/api/v9/books"), Part::Route, "", "/api/v10");
    assert_only(&exchange("GET", "/books"), Part::Route, "", "/api/v10");
}

#[test]
fn pictures_are_passed_over() {
    assert_eq!(verdict(&exchange("GET", "/cdn/avatars/1/abc.png")), Verdict::Cdn);
}

#[test]
fn the_query_is_checked_by_name_and_value() {
    let query = |name: &str, value: &str| Exchange {
        query: [(name.to_owned(), value.to_owned())].into(),
        ..list(json!([]))
    };
    assert_eq!(findings(&query("limit", "5")), []);
    assert_eq!(findings(&query("lent", "true")), []);
    assert_eq!(findings(&query("of", "22")), []);
    assert_only(&query("limit", "11"), Part::Query, "/limit", "10");
    assert_only(&query("limit", "many"), Part::Query, "/limit", "integer");
    assert_only(&query("lent", "yes"), Part::Query, "/lent", "boolean");
    assert_only(&query("of", "x"), Part::Query, "/of", "array");
    assert_only(&query("limits", "5"), Part::Query, "/limits", "no parameter");
}

#[test]
fn a_placeholder_of_the_path_is_checked() {
    let deleted = Exchange {
        status: Some(204),
        ..exchange("DELETE", "/api/v10/books/emma")
    };
    assert_only(&deleted, Part::Path, "/book_id", "snowflake");
}

#[test]
fn a_form_is_checked_by_its_payload_and_its_files() {
    let form = |parts: Value| Exchange {
        json: None,
        parts: Some(serde_json::from_value(parts).expect("these are parts")),
        headers: [("content-type".into(), "multipart/form-data; boundary=x".into())].into(),
        ..post(json!(null))
    };
    let file = json!({ "name": "files[0]", "filename": "a.png", "content_type": "image/png", "size": 3 });
    let payload = |json: Value| json!({ "name": "payload_json", "size": 2, "json": json });
    assert_eq!(
        findings(&form(json!([payload(json!({ "title": "Emma" })), file]))),
        []
    );
    assert_only(
        &form(json!([payload(json!({ "title": 3 })), file])),
        Part::Body,
        "/title",
        "string",
    );
    assert_only(
        &form(json!([{ "name": "payload_json", "size": 2 }])),
        Part::Body,
        "/payload_json",
        "object",
    );
    let eleventh = json!({ "name": "files[10]", "size": 3 });
    assert_only(
        &form(json!([payload(json!({ "title": "Emma" })), eleventh])),
        Part::Body,
        "",
        "files[10]",
    );
}

#[test]
fn a_body_must_be_of_a_declared_media_type() {
    let undeclared = Exchange {
        headers: [].into(),
        ..post(json!({ "title": "Emma" }))
    };
    assert_only(&undeclared, Part::Body, "", "content-type");
    let unasked = Exchange {
        json: Some(json!({ "title": "Emma" })),
        ..list(json!([]))
    };
    assert_only(&unasked, Part::Body, "", "no body");
}

fn judged(requests: Requests, exchange: &Exchange) -> (bool, Vec<Part>) {
    match Checker::new(&library(), requests).check(exchange) {
        Verdict::Api {
            refused, findings, ..
        } => (refused, findings.iter().map(|finding| finding.part).collect()),
        Verdict::Cdn => panic!("{} is no picture", exchange.path),
    }
}

#[test]
fn a_request_that_both_refuse_is_a_finding_unless_refusals_are_asked_for() {
    let refused = Exchange {
        status: Some(400),
        answer: Some(json!({ "code": 50035 })),
        ..post(json!({ "title": 3 }))
    };
    assert_eq!(judged(Requests::Strict, &refused), (false, vec![Part::Body]));
    assert_eq!(judged(Requests::Refusable, &refused), (true, vec![]));
    // What the document forbids and the simulator takes is one in any case.
    assert_eq!(
        judged(Requests::Refusable, &post(json!({ "title": 3 }))),
        (false, vec![Part::Body])
    );
}

#[test]
fn of_a_foreign_client_only_routes_and_answers_are_judged() {
    let foreign = |exchange: Exchange| {
        let agent =
            "DiscordBot (https://github.com/Rapptz/discord.py 2.7.1) Python/3.11 aiohttp/3.14.5".to_owned();
        let mut headers = exchange.headers.clone();
        headers.insert("user-agent".into(), agent);
        Exchange { headers, ..exchange }
    };
    let answered_wrongly = Exchange {
        answer: Some(json!({ "title": "Emma" })),
        ..post(json!({ "title": 3 }))
    };
    assert_eq!(
        judged(Requests::Strict, &foreign(answered_wrongly)),
        (false, vec![Part::Answer])
    );
    let elsewhere = foreign(exchange("GET", "/api/v10/magazines"));
    assert_eq!(judged(Requests::Strict, &elsewhere), (false, vec![Part::Route]));
}

#[test]
fn a_ban_comes_from_in_front_of_the_api() {
    let banned = Exchange {
        status: Some(429),
        answer: None,
        ..exchange("GET", "/api/v10/books")
    };
    assert_eq!(findings(&banned), []);
}

#[test]
fn where_every_alternative_is_of_another_type_all_of_them_are_told() {
    assert_only(
        &post(json!({ "title": "Emma", "where": 5 })),
        Part::Body,
        "/where",
        "null or object",
    );
}
