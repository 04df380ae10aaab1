//! URLs and databases that are not what they should be: one clear sentence, without the password, and no harm.

use rcgen::{CertificateParams, KeyPair};
use store::upkeep::{self, UpkeepError, version_known};
use store::{OpenError, ServerError, Store};

use super::{Fresh, admin, fresh, options};
use crate::contract::words::*;

/// Opens what must be refused, and checks that the message is one sentence that gives nothing away.
async fn refusal(url: &str) -> ServerError {
    let error = Store::open(&options(url))
        .await
        .expect_err("this must be refused");
    let message = error.to_string();
    for secret in ["p@ss", "p%40ss", "w:rd", "sesame"] {
        assert!(!message.contains(secret), "{message}");
    }
    assert!(
        !message.contains('\n') && message.contains(';') && message.contains("postgres://"),
        "what is wrong, where; what to do: {message}"
    );
    match error {
        OpenError::Server(error) => error,
        other => panic!("{other}"),
    }
}

/// The URL's parts, exchanged.
fn with(fresh: &Fresh, part: &str, other: &str) -> String {
    let url = fresh.url();
    assert!(url.contains(part));
    url.replace(part, other)
}

#[tokio::test]
async fn password_with_odd_characters_is_taken_and_a_wrong_one_refused() {
    let Some(fresh) = fresh() else { return };
    open(fresh.options()).await;
    let wrong = refusal(&with(&fresh, "p%40ss", "sesame")).await;
    assert!(matches!(wrong, ServerError::Denied { .. }), "{wrong}");
    let none = refusal(&format!(
        "postgres://droas@127.0.0.1:{}/test0",
        fresh.server().port()
    ))
    .await;
    assert!(matches!(none, ServerError::Denied { .. }), "{none}");
    let stranger = refusal(&with(&fresh, "droas:", "somebody:")).await;
    assert!(matches!(stranger, ServerError::Denied { .. }), "{stranger}");
}

#[tokio::test]
async fn server_that_does_not_answer_and_database_that_does_not_exist_are_named() {
    let Some(fresh) = fresh() else { return };
    let port = fresh.server().port();
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let other_port = other.local_addr().expect("it is bound").port();
    let mute = with(&fresh, &format!(":{port}/"), &format!(":{other_port}/"));
    let mute = refusal(&format!("{mute}?connect_timeout=1")).await;
    assert!(mute.to_string().contains("said nothing"), "{mute}");
    drop(other);
    let url = with(&fresh, &format!(":{port}/"), &format!(":{other_port}/"));
    let silent = refusal(&url).await;
    assert!(matches!(silent, ServerError::Unreachable { .. }), "{silent}");
    assert!(
        silent.to_string().contains(&other_port.to_string())
            && silent.to_string().contains("Connection refused"),
        "{silent}"
    );
    let nowhere = refusal(&with(&fresh, "127.0.0.1", "no-such-host.invalid")).await;
    assert!(matches!(nowhere, ServerError::Unreachable { .. }), "{nowhere}");
    let missing = refusal(&fresh.server().url("greetings")).await;
    assert!(matches!(missing, ServerError::NoSuchDatabase { .. }), "{missing}");
    assert!(missing.to_string().contains("greetings"), "{missing}");
}

#[tokio::test]
async fn database_of_another_program_or_of_a_newer_version_is_left_alone() {
    let Some(fresh) = fresh() else { return };
    let db = admin(&fresh.url()).await;
    db.batch_execute("CREATE TABLE welcome (id BIGINT)")
        .await
        .expect("made");
    let other = refusal(&fresh.url()).await;
    assert!(matches!(other, ServerError::OtherProgram { .. }), "{other}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(db.query_one(tables, &[]).await.expect("read").get::<_, i64>(0), 1);
    db.batch_execute("DROP TABLE welcome").await.expect("dropped");

    let store = open(fresh.options()).await;
    commit(&store, vec![guild(TEA, Some(5))]).await;
    let newest: i64 = db
        .query_one("SELECT version FROM droas_schema", &[])
        .await
        .expect("read")
        .get(0);
    db.batch_execute("UPDATE droas_schema SET version = 99")
        .await
        .expect("set");
    let newer = refusal(&fresh.url()).await;
    assert!(
        matches!(newer, ServerError::TooNew { found: 99, known, .. } if i64::from(known) == newest),
        "{newer}"
    );
    db.batch_execute(&format!("UPDATE droas_schema SET version = {newest}"))
        .await
        .expect("set");
    assert_eq!(member_count(&open(fresh.options()).await, TEA).await, Some(5));
}

#[tokio::test]
async fn database_that_cannot_hold_every_name_or_may_not_be_changed_is_refused() {
    let Some(fresh) = fresh() else { return };
    let db = admin(&fresh.url()).await;
    db.batch_execute(
        "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    )
    .await
    .expect("made");
    let unfit = refusal(&fresh.server().url("ascii")).await;
    assert!(matches!(unfit, ServerError::Unfit { .. }), "{unfit}");
    db.batch_execute("CREATE ROLE guest LOGIN PASSWORD 'sesame'")
        .await
        .expect("made");
    let guest = with(&fresh, "droas:", "guest:");
    let (head, tail) = guest.split_once("guest:").expect("named");
    let guest = format!("{head}guest:sesame{}", &tail[tail.find('@').expect("a host")..]);
    let guest = guest.replace("/postgres", "/test");
    let refused = refusal(&guest).await;
    assert!(matches!(refused, ServerError::NotAllowed { .. }), "{refused}");
}

#[tokio::test]
async fn connection_is_encrypted_and_the_server_verified_as_the_url_asks() {
    let Some(server) = pgtest::Server::start() else {
        return;
    };
    let database = server.database();
    let url = |words: &str| format!("{}?sslmode={words}", database.url());
    let plain = refusal(&url("require")).await;
    assert!(matches!(plain, ServerError::Encryption { .. }), "{plain}");

    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .and_then(|parameters| parameters.self_signed(&key))
        .expect("a certificate");
    let files = [
        ("server.crt", &*certificate.pem()),
        ("server.key", &*key.serialize_pem()),
    ];
    server.configure("ssl = on", &files);
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root.pem");
    std::fs::write(&root, certificate.pem()).expect("written");
    let trusted = format!("verify-full&sslrootcert={}", root.display());
    for (words, encrypted) in [
        ("disable", false),
        ("prefer", true),
        ("require", true),
        (&*trusted, true),
    ] {
        let store = open(&options(&url(words))).await;
        let ask = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                   WHERE application_name = 'droas' AND datname = current_database()";
        let db = admin(&database.url()).await;
        let is_encrypted: bool = db.query_one(ask, &[]).await.expect("read").get(0);
        assert_eq!(is_encrypted, encrypted, "{words}");
        store.close().await;
        let gone = "SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'droas' AND datname = current_database()";
        while db.query_one(gone, &[]).await.expect("read").get::<_, i64>(0) > 0 {
            tokio::task::yield_now().await;
        }
    }
    let unknown = refusal(&url("verify-full")).await;
    assert!(matches!(unknown, ServerError::Encryption { .. }), "{unknown}");
    let renamed = url(&trusted).replace("127.0.0.1", "localhost");
    let another = refusal(&renamed).await;
    assert!(matches!(another, ServerError::Encryption { .. }), "{another}");
    let missing = refusal(&url("verify-full&sslrootcert=/no/such/file")).await;
    assert!(matches!(missing, ServerError::Encryption { .. }), "{missing}");
}

#[tokio::test]
async fn each_cause_of_a_migration_that_fails_is_told_with_what_to_do() {
    let Some(fresh) = fresh() else { return };
    open(fresh.options()).await.close().await;
    let place = &fresh.options().place;
    let newest = version_known();
    let mut oldest = newest;
    let db = admin(&fresh.url()).await;
    let threads = "SELECT count(*) FROM pg_tables WHERE tablename = 'guild_thread'";
    while db.query_one(threads, &[]).await.expect("read").get::<_, i64>(0) > 0 {
        let back = upkeep::migrate(place, oldest, oldest - 1, None).await;
        back.expect("taken back");
        oldest -= 1;
    }
    let refused = async || {
        let refused = upkeep::migrate(place, oldest, newest, None).await;
        let Err(UpkeepError::Open(error)) = refused else {
            panic!("{refused:?}")
        };
        let said = error.to_string();
        let begin = format!("not brought from version {oldest} to version {newest} and is as it was");
        assert!(said.contains(&begin) && !said.contains("p%40ss"), "{said}");
        (said, error.may_pass())
    };

    db.batch_execute("CREATE TABLE guild_thread (n BIGINT)")
        .await
        .expect("made");
    let (said, may_pass) = refused().await;
    for part in [
        "\"guild_thread\" already exists",
        "are not those of its version",
        "restore a backup",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!may_pass, "{said}");
    db.batch_execute("DROP TABLE guild_thread")
        .await
        .expect("dropped");

    // The server itself says what a full disk, and so on, has it say.
    for (code, advice, may_pass) in [
        ("53100", "cannot do that now", true),
        ("53100", "free some space on the server's disk", true),
        ("53200", "more memory", true),
        ("53300", "max_connections", true),
        ("57014", "statement_timeout", true),
        ("58030", "see the server's log", true),
        ("25006", "takes writes", true),
        ("42501", "grant it CREATE", false),
        ("XX000", "see the server's log", false),
    ] {
        db.batch_execute(&format!(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$;
             CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse()"
        ))
        .await
        .expect("made");
        let told = refused().await;
        assert!(told.0.contains(advice) && told.1 == may_pass, "{code}: {told:?}");
        for wrong in ["start the server", "correct the host"] {
            assert!(!told.0.contains(wrong), "it answers: {told:?}");
        }
        db.batch_execute("DROP EVENT TRIGGER refuse")
            .await
            .expect("dropped");
    }
    let migrated = upkeep::migrate(place, oldest, newest, None).await;
    migrated.expect("nothing is in the way any more");
}
