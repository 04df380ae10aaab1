use super::*;

#[tokio::test]
async fn socket_is_its_users_alone_and_removed_at_the_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.sock");
    let socket = ControlSocket::bind(&path).expect("free").expect("made");
    let mode = std::fs::symlink_metadata(&path)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let told = ControlSocket::bind(&path).expect_err("in use").to_string();
    assert!(
        told.contains("a.sock") && told.contains("run.control_socket"),
        "{told}"
    );
    drop(socket);
    assert!(!path.exists());
}

#[tokio::test]
async fn what_a_dead_process_left_is_replaced_and_what_is_no_socket_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stale = folder.path().join("a.sock");
    drop(std::os::unix::net::UnixListener::bind(&stale).expect("made"));
    assert!(stale.exists());
    let socket = ControlSocket::bind(&stale).expect("replaced").expect("made");
    // Somebody else's file has taken its place since.
    std::fs::remove_file(&stale).expect("there");
    std::fs::write(&stale, "a letter").expect("written");
    drop(socket);
    let told = ControlSocket::bind(&stale).expect_err("a file").to_string();
    assert!(told.contains("no socket"), "{told}");
    assert_eq!(std::fs::read_to_string(&stale).expect("kept"), "a letter");
}

#[tokio::test]
async fn where_no_socket_can_be_made_the_bot_goes_without() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for impossible in [
        folder.path().join("x".repeat(120)),
        folder.path().join("no folder").join("a.sock"),
    ] {
        assert!(ControlSocket::bind(&impossible).expect("not taken").is_none());
    }
}

#[test]
fn requests_are_read_as_they_are_written_and_others_are_answered_with_what_is_wrong() {
    for request in [
        Request::Status,
        Request::Reconnect { shard: None },
        Request::Reconnect { shard: Some(3) },
        Request::RefreshCache,
    ] {
        let read = Request::read(request.line().as_bytes());
        assert_eq!(read.expect("understood"), request);
    }
    for (line, expected) in [
        (r#"{"command":"status"}"#, "version is null"),
        (r#"{"version":2,"command":"status"}"#, "version is 2"),
        (r#"{"version":1,"command":"explode"}"#, "explode"),
        (r#"{"version":1,"command":"reconnect","shards":1}"#, "shards"),
        (r#"{"version":1,"command":"reconnect","shard":-1}"#, "-1"),
        ("[]", "JSON object"),
        ("", "JSON object"),
    ] {
        let answer = Request::read(line.as_bytes()).expect_err(line);
        let told = answer.into_result().expect_err("an error");
        assert!(told.contains(expected), "{told}");
    }
}
