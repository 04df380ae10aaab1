//! What a person is told who starts the bot with something wrong: one clear sentence and a status that says that
//! starting again does not help. Nothing panics and no file is harmed.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";

/// The exit status for what a person must mend.
const NEEDS_MENDING: i32 = 2;

struct Start {
    command: Command,
}

impl Start {
    fn new(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_droas"));
        command
            .arg("run")
            .current_dir(folder)
            .env_clear()
            .env("DISCORD_TOKEN", TOKEN)
            // Nothing listens there: whoever connects before everything is checked is found out by waiting for ever.
            .env("DROAS_DISCORD_API_URL", "http://127.0.0.1:9/api/v10");
        Self { command }
    }

    fn with(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it and returns the sentence.
    fn refused(mut self) -> String {
        let output = self.command.output().expect("the binary runs");
        sentence(&output)
    }
}

fn sentence(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(NEEDS_MENDING), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "one sentence: {stderr}");
    assert!(stderr.starts_with("droas: "), "{stderr}");
    for alarming in ["panicked", "RUST_BACKTRACE", "stack backtrace", TOKEN] {
        assert!(!stderr.contains(alarming), "{alarming} in {stderr}");
    }
    assert!(output.stdout.is_empty());
    stderr
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn token_with_a_line_break_is_refused() {
    let folder = folder();
    let told = Start::new(folder.path())
        .with("DISCORD_TOKEN", "abc\ndef")
        .refused();
    assert!(
        told.contains("DISCORD_TOKEN") && told.contains("line break"),
        "{told}"
    );
    assert!(!told.contains("abc"), "{told}");
}

#[test]
fn missing_token_is_explained() {
    let folder = folder();
    let mut start = Start::new(folder.path());
    start.command.env_remove("DISCORD_TOKEN");
    let told = start.refused();
    assert!(
        told.contains("Reset Token") && told.contains("droas demo"),
        "{told}"
    );
}

#[test]
fn database_in_a_missing_folder_is_refused() {
    let folder = folder();
    let path = folder.path().join("nowhere").join("droas.sqlite");
    let told = Start::new(folder.path())
        .with("DROAS_DATABASE_PATH", &path)
        .refused();
    assert!(told.contains("nowhere"), "{told}");
    assert!(
        !path.parent().expect("it has a folder").exists(),
        "no folder was made"
    );
}

#[test]
fn database_where_nothing_can_be_written_is_refused() {
    let folder = folder();
    // A folder that nobody can write to, root included.
    let told = Start::new(folder.path())
        .with("DROAS_DATABASE_PATH", "/proc/droas.sqlite")
        .refused();
    assert!(told.contains("/proc"), "{told}");
}

#[test]
fn folder_in_place_of_a_database_is_refused() {
    let folder = folder();
    let told = Start::new(folder.path())
        .with("DROAS_DATABASE_PATH", folder.path())
        .refused();
    assert!(told.contains("is not a file"), "{told}");
}

#[test]
fn broken_database_is_refused_and_left_as_it_was() {
    let folder = folder();
    let path = folder.path().join("droas.sqlite");
    for rubbish in [&b"this was a shopping list"[..], &[0xff; 8192][..]] {
        std::fs::write(&path, rubbish).expect("written");
        let told = Start::new(folder.path())
            .with("DROAS_DATABASE_PATH", &path)
            .refused();
        assert!(told.contains("droas.sqlite"), "{told}");
        assert_eq!(std::fs::read(&path).expect("readable"), rubbish);
    }
}

#[test]
fn url_that_names_no_database_is_refused() {
    let folder = folder();
    let told = Start::new(folder.path())
        .with("DROAS_DATABASE_URL", "postgres://droas:hush@db.example.com")
        .refused();
    assert!(
        told.contains("DROAS_DATABASE_URL") && told.contains("names no database"),
        "{told}"
    );
    assert!(!told.contains("hush"), "{told}");
}

#[test]
fn server_that_refuses_the_password_is_told_and_one_that_does_not_answer_may_be_tried_again() {
    let Some(server) = pgtest::shared() else { return };
    let folder = folder();
    let database = server.database();
    let url = database.url();
    let (_, place) = url.split_once('@').expect("a host");
    let wrong = format!("postgres://droas:hush@{place}");
    let told = Start::new(folder.path())
        .with("DROAS_DATABASE_URL", &wrong)
        .refused();
    assert!(
        told.contains("refused the user") && told.contains(place),
        "{told}"
    );
    assert!(!told.contains("hush"), "{told}");

    let silent = wrong.replace(&format!(":{}/", server.port()), ":9/");
    let output = Start::new(folder.path())
        .with("DROAS_DATABASE_URL", silent)
        .command
        .output()
        .expect("the binary runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "a supervisor tries again: {told}");
    assert!(
        told.contains("does not answer") && !told.contains("hush"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn unknown_key_is_refused_with_its_line() {
    let folder = folder();
    std::fs::write(folder.path().join("droas.toml"), "[welcome]\nmesage = \"hi\"\n").expect("written");
    let told = Start::new(folder.path()).refused();
    assert!(
        told.contains("droas.toml, line 2") && told.contains("mesage"),
        "{told}"
    );
}

#[test]
fn broken_env_file_is_refused_without_telling_its_text() {
    let folder = folder();
    std::fs::write(folder.path().join(".env"), "DISCORD_TOKEN='very-secret\n").expect("written");
    let told = Start::new(folder.path()).refused();
    assert!(told.contains(".env") && !told.contains("very-secret"), "{told}");
}

#[test]
fn folder_for_pictures_that_cannot_be_used_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("a-file"), "not a folder").expect("written");
    // The second is a folder that nobody can write to, root included.
    for place in ["a-file", "/proc/pictures"] {
        let told = Start::new(folder.path())
            .with("DROAS_ASSETS_URL", place)
            .with("RUST_LOG", "error")
            .refused();
        assert!(told.contains(place) && told.contains("cannot be used"), "{told}");
    }
}

#[test]
fn bucket_that_refuses_our_keys_is_told_at_the_start() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", server.local_addr().expect("an address"));
    let refusing = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a request");
            head.extend(byte);
        }
        let xml = "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>";
        let len = xml.len();
        write!(
            stream,
            "HTTP/1.1 403 Forbidden\r\ncontent-length: {len}\r\n\r\n{xml}"
        )
        .expect("answered");
    });
    let folder = folder();
    let told = Start::new(folder.path())
        .with("DROAS_ASSETS_URL", "s3://pictures/droas")
        .with("DROAS_ASSETS_ENDPOINT_URL", endpoint)
        .with("RUST_LOG", "error")
        .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "very-secret")
        .refused();
    assert!(
        told.contains("s3://pictures/droas") && told.contains("AccessDenied: No."),
        "{told}"
    );
    assert!(!told.contains("very-secret"), "{told}");
    refusing.join().expect("it was asked");
}
