//! A server's errors quote what rows hold; what is said of them, and so logged, does not.

use std::error::Error;

use domain::effect::Effect;
use domain::guild::GuildFacts;
use domain::id::GuildId;
use store::StoreError;

use super::{admin, fresh};
use crate::contract::words::*;

/// A name that stands in the row which the server refuses.
const CANARY: &str = "canary-of-a-name";

/// What makes the server refuse, how that is taken back, and what is said of it.
const REFUSALS: [(&str, &str, &[&str]); 5] = [
    (
        "ALTER TABLE guild ADD CONSTRAINT no_canary CHECK (name NOT LIKE 'canary%')",
        "ALTER TABLE guild DROP CONSTRAINT no_canary",
        &[
            "SQLSTATE 23514",
            "table guild",
            "constraint no_canary",
            "violates check constraint",
        ],
    ),
    (
        "CREATE UNIQUE INDEX one_name ON guild (name)",
        "DROP INDEX one_name",
        &[
            "SQLSTATE 23505",
            "table guild",
            "constraint one_name",
            "duplicate key",
        ],
    ),
    (
        "ALTER TABLE guild ADD COLUMN needed BIGINT NOT NULL",
        "ALTER TABLE guild DROP COLUMN needed",
        &["SQLSTATE 23502", "table guild", "column needed"],
    ),
    (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'not %', NEW.name USING HINT = NEW.name; END $$;
         CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON guild FOR EACH ROW EXECUTE FUNCTION refuse()",
        "DROP FUNCTION refuse CASCADE",
        &[
            "SQLSTATE P0001",
            "a trigger or a function raised",
            "the server's log",
        ],
    ),
    (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN NEW.member_count = NEW.name::bigint; RETURN NEW; END $$;
         CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON guild FOR EACH ROW EXECUTE FUNCTION refuse()",
        "DROP FUNCTION refuse CASCADE",
        &["SQLSTATE 22P02", "a value that does not fit", "the server's log"],
    ),
];

fn named(id: GuildId) -> Effect {
    Effect::StoreGuild(GuildFacts {
        id,
        name: CANARY.to_owned(),
        locale: "ja".to_owned(),
        system_channel: None,
        member_count: None,
    })
}

#[tokio::test]
async fn what_the_server_quotes_of_a_row_is_not_said() {
    let Some(fresh) = fresh() else { return };
    let db = admin(&fresh.url()).await;
    let store = open(fresh.options()).await;
    for (refuse, allow, said) in REFUSALS {
        db.batch_execute("DELETE FROM guild").await.expect("deleted");
        if refuse.contains("one_name") {
            commit(&store, vec![named(CHESS)]).await;
        }
        db.batch_execute(refuse).await.expect("made");
        let error = try_commit(&store, vec![named(TEA)])
            .await
            .expect_err("the server refuses");
        assert!(matches!(error, StoreError::Broken { .. }), "{error}");
        for part in said {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
        let mut every_word = format!("{error} {error:?} {error:#?}");
        let mut cause = error.source();
        while let Some(found) = cause {
            every_word += &format!(" {found} {found:?}");
            cause = found.source();
        }
        assert!(!every_word.contains("canary-of"), "{every_word}");
        db.batch_execute(allow).await.expect("taken back");
    }
    // The server does quote it, to whoever asks for all that it says.
    db.batch_execute(REFUSALS[4].0).await.expect("made");
    let insert = "INSERT INTO guild (guild_id, name, locale, updated_at) VALUES (1, $1, 'ja', 0)";
    let told = db.execute(insert, &[&CANARY]).await.expect_err("refused");
    let told = told.as_db_error().expect("the server's").message().to_owned();
    assert!(told.contains(CANARY), "{told}");
}
