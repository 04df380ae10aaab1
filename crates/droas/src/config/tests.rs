use std::path::PathBuf;

use super::*;

const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("droas.toml");
    std::fs::write(&path, file).expect("written");
    let mut environment = Environment::from([("DISCORD_TOKEN", TOKEN)]);
    environment.extend(variables);
    Config::load(Some(&path), &environment).map_err(|error| error.to_string())
}

fn mistake(file: &str, variables: &[(&str, &str)]) -> String {
    load(file, variables).expect_err("refused")
}

#[test]
fn example_file_is_the_one_in_the_repository_and_changes_nothing() {
    let committed = include_str!("../../../../droas.example.toml");
    assert_eq!(
        example(),
        committed,
        "write it anew: cargo run -- config > droas.example.toml"
    );
    let read: Settings = toml::from_str(committed).expect("the example is valid");
    let (read, default) = (toml::to_string(&read), toml::to_string(&Settings::default()));
    assert_eq!(read.expect("plain TOML"), default.expect("plain TOML"));
}

#[test]
fn environment_goes_before_the_file() {
    let config = load(
        "[database]\npath = \"a.sqlite\"\n[cards]\nthreads = 2",
        &[
            ("DROAS_DATABASE_PATH", "b.sqlite"),
            ("DROAS_WELCOME_CHANNELS", "1=2, 3=4"),
            ("DROAS_SIM_SEED", "1"),
        ],
    )
    .expect("valid");
    assert_eq!(config.database, Place::File(PathBuf::from("b.sqlite")));
    assert_eq!(config.cards.threads, 2);
    assert_eq!(config.policy.channels.len(), 2);
    assert_eq!(config.policy.channels[&GuildId(3)], ChannelId(4));
}

#[test]
fn url_of_a_server_goes_before_the_file_and_its_password_is_never_told() {
    let url = "postgres://droas:hush%40hush@db.example.com/droas?sslmode=require";
    let config = load("", &[("DROAS_DATABASE_URL", url)]).expect("valid");
    let Place::Server(server) = &config.database else {
        panic!("{:?}", config.database)
    };
    assert_eq!(server.to_string(), "postgres://droas@db.example.com:5432/droas");
    assert!(!format!("{config:?}").contains("hush"));
    for wrong in [
        "mysql://droas:hush@db.example.com/droas",
        "postgres://droas:hush@hush@db.example.com/droas",
        "postgres://droas:hush@db.example.com",
        "postgres://droas:hush@db.example.com:port/droas",
        "postgres://droas:hush@db.example.com/droas?sslmode=maybe",
    ] {
        let message = mistake("", &[("DROAS_DATABASE_URL", wrong)]);
        assert!(message.contains("DROAS_DATABASE_URL"), "{message}");
        assert!(!message.contains("hush"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn every_wrong_choice_of_looks_is_told_at_once() {
    let message = mistake(
        "[cards]\nlayout = \"fancy\"\naccent = \"reddish\"\npanel_opacity = \"120\"\ntitle = \"{nmae}\"\nbackground = \"nowhere.png\"",
        &[],
    );
    for told in [
        "cards.layout: there is no layout \"fancy\"; use classic, centered, poster or ribbon",
        "cards.accent: \"reddish\" is no colour",
        "cards.panel_opacity: \"120\" is no opacity",
        "cards.title: there is no placeholder {nmae}",
        "the file nowhere.png of cards.background cannot be read",
    ] {
        assert!(message.contains(told), "{told} in {message}");
    }
}

#[test]
fn background_that_is_no_picture_is_told_by_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let letter = folder.path().join("letter.png");
    std::fs::write(&letter, "this is a letter").expect("written");
    let message = mistake("", &[("DROAS_CARDS_BACKGROUND", letter.to_str().expect("UTF-8"))]);
    assert!(
        message.contains("letter.png") && message.contains("use PNG, JPEG, WebP or GIF"),
        "{message}"
    );
}

#[test]
fn unknown_key_is_named_with_its_line() {
    let message = mistake("[welcome]\n\nmesage = \"hi\"\n", &[]);
    assert!(message.contains("droas.toml, line 3"), "{message}");
    assert!(
        message.contains("no setting welcome.mesage; did you mean welcome.message?"),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn all_unknown_names_are_told_at_once() {
    let message = mistake(
        "[welcom]\nmessage = \"hi\"\n[backup]\nkeeep = 1\nsomething_else_entirely = 2\n",
        &[("DROAS_BOGUS_KEY", "x")],
    );
    for told in [
        "4 mistakes",
        "line 1: there is no section [welcom]; did you mean [welcome]?",
        "line 4: there is no setting backup.keeep; did you mean backup.keep?",
        "line 5: there is no setting backup.something_else_entirely; `droas config` prints every setting",
        "variable DROAS_BOGUS_KEY; `droas config` prints every setting",
    ] {
        assert!(message.contains(told), "{told}: {message}");
    }
}

#[test]
fn broken_file_is_named_with_its_line() {
    let message = mistake("[welcome]\nmessage = \"hi\n", &[]);
    assert!(message.contains("droas.toml, line 2"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn unknown_variable_is_answered_with_the_nearest_one() {
    let message = mistake("", &[("DROAS_DATABSE_PATH", "x")]);
    assert!(message.contains("did you mean DROAS_DATABASE_PATH?"), "{message}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let message = mistake(
        "[discord]\napi_url = \"ftp://x\"\n[welcome]\nmessage = \"{user}\"\nstale_after_hours = 0\n[welcome.channels]\nlobby = \"1\"",
        &[("DISCORD_TOKEN", "")],
    );
    for part in [
        "5 mistakes",
        "discord.api_url",
        "{user}",
        "stale_after_hours",
        "\"lobby\"",
        "DISCORD_TOKEN",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn wrong_types_in_variables_say_what_was_expected() {
    let message = mistake("", &[("DROAS_CARDS_THREADS", "many")]);
    assert!(
        message.contains("DROAS_CARDS_THREADS is \"many\", but must be a whole number"),
        "{message}"
    );
    let message = mistake("", &[("DROAS_WELCOME_CHANNELS", "17")]);
    assert!(message.contains("guild=channel"), "{message}");
}

#[test]
fn token_is_never_told_and_a_broken_one_is_refused() {
    for broken in ["abc\ndef", "abc def", "", "\u{0}"] {
        let message = mistake("", &[("DISCORD_TOKEN", broken)]);
        assert!(message.starts_with("DISCORD_TOKEN:"), "{message}");
        assert!(broken.is_empty() || !message.contains(broken), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    let config = load("", &[]).expect("valid");
    assert!(!format!("{config:?}").contains(TOKEN));
}

#[test]
fn token_comes_from_its_file_with_the_line_break_of_an_editor() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\r\n")).expect("written");
    let variables = Environment::from([("DROAS_DISCORD_TOKEN_FILE", file.to_str().expect("UTF-8"))]);
    let settings = folder.path().join("droas.toml");
    std::fs::write(&settings, "").expect("written");
    Config::load(Some(&settings), &variables).expect("valid");
    let missing = Environment::from([("DROAS_DISCORD_TOKEN_FILE", "/nowhere/token")]);
    let message = Config::load(Some(&settings), &missing)
        .expect_err("refused")
        .to_string();
    assert!(message.contains("/nowhere/token"), "{message}");
}

#[test]
fn missing_token_says_where_to_get_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = folder.path().join("droas.toml");
    std::fs::write(&settings, "").expect("written");
    let message = Config::load(Some(&settings), &Environment::default())
        .expect_err("refused")
        .to_string();
    assert!(
        message.contains("DISCORD_TOKEN") && message.contains("Reset Token"),
        "{message}"
    );
}

#[test]
fn named_file_must_exist() {
    let message = Config::load(Some(Path::new("/nowhere/droas.toml")), &Environment::default())
        .expect_err("refused")
        .to_string();
    assert!(
        message.contains("/nowhere/droas.toml") && message.contains("--config"),
        "{message}"
    );
}

#[test]
fn haste_is_for_discords_on_this_machine() {
    let usual = load("", &[]).expect("valid");
    assert_eq!(usual.timing, bot::Timing::default());
    let refused = mistake("[run]\nhaste = 20", &[]);
    assert!(
        refused.contains("run.haste") && refused.contains("discord.api_url"),
        "{refused}"
    );
    for host in ["127.0.0.1:8080", "[::1]:8080", "localhost"] {
        let file = format!("[discord]\napi_url = \"http://{host}/api/v10\"\n[run]\nhaste = 20");
        let hasty = load(&file, &[]).expect("valid");
        assert_eq!(hasty.timing, bot::Timing::default().hastened(20));
    }
}

#[test]
fn raids_are_greeted_in_groups_unless_they_are_to_be_held_back() {
    let usual = load("", &[]).expect("valid").policy.raids;
    assert_eq!(usual, bot::RaidPolicy::default());
    let held = load("[welcome]\nraids = \"hold\"\ngroup_from = 25", &[]).expect("valid");
    assert_eq!(
        (held.policy.raids.hold_back, held.policy.raids.group_from),
        (true, 25)
    );
    let wrong = mistake("[welcome]\nraids = \"ban\"", &[]);
    assert!(wrong.contains("group") && wrong.contains("hold"), "{wrong}");
    assert!(mistake("[welcome]\ngroup_from = 1", &[]).contains("from 2 to 300"));
}

#[test]
fn screening_and_history_come_from_file_and_environment() {
    let config = load("", &[]).expect("valid");
    assert!(!config.policy.after_screening);
    assert_eq!(config.policy.history.as_secs(), 90 * 86_400);
    let config = load(
        "[welcome]\nafter_screening = true\n",
        &[("DROAS_WELCOME_HISTORY_DAYS", "31")],
    )
    .expect("valid");
    assert!(config.policy.after_screening);
    assert_eq!(config.policy.history.as_secs(), 31 * 86_400);
    let config = load(
        "[welcome]\nafter_screening = true\n",
        &[("DROAS_WELCOME_AFTER_SCREENING", "false")],
    );
    assert!(!config.expect("valid").policy.after_screening);
    let message = mistake("", &[("DROAS_WELCOME_AFTER_SCREENING", "maybe")]);
    assert!(message.contains("must be true or false"), "{message}");
    let message = mistake("[welcome]\nhistory_days = 30\n", &[]);
    assert!(message.contains("from 31 to 3650"), "{message}");
}

#[test]
fn breaker_is_read_from_its_section_and_defaults_to_what_the_client_does_anyway() {
    let config = load(
        "[breaker]\nopen_min_ms = 200\nopen_max_ms = 200\nprobes = 1",
        &[
            ("DROAS_BREAKER_WINDOW_S", "60"),
            ("DROAS_BREAKER_FAILURE_PERCENT", "25"),
        ],
    )
    .expect("valid");
    let expected = BreakerSettings {
        window: Duration::from_secs(60),
        failure_percent: 25,
        open_min: Duration::from_millis(200),
        open_max: Duration::from_millis(200),
        probes: 1,
        ..BreakerSettings::default()
    };
    assert_eq!(config.breaker, expected);
    assert_eq!(load("", &[]).expect("valid").breaker, BreakerSettings::default());
}

#[test]
fn breaker_that_could_not_work_is_refused_key_by_key() {
    for (key, value, bounds) in [
        ("window_s", 0, "from 1 to 600"),
        ("calls_min", 0, "from 1 to 100000"),
        ("failure_percent", 101, "from 1 to 100"),
        ("slow_percent", 0, "from 1 to 100"),
        ("slow_after_ms", 60_001, "from 1 to 60000"),
        ("open_min_ms", 9, "from 10 to 600000"),
        ("open_max_ms", 4_999, "from 5000 to 3600000"),
        ("probes", 0, "from 1 to 100"),
    ] {
        let message = mistake(&format!("[breaker]\n{key} = {value}"), &[]);
        let expected = format!("breaker.{key} is {value}, but must be {bounds}");
        assert_eq!(message, expected);
    }
}

#[test]
fn control_socket_lies_beside_the_database_unless_it_is_named_or_switched_off() {
    let place = |file: &str| load(file, &[]).expect("valid").control_socket;
    assert_eq!(place(""), Some(PathBuf::from("droas.sock")));
    assert_eq!(
        place("[database]\npath = \"/data/a.sqlite\""),
        Some(PathBuf::from("/data/droas.sock"))
    );
    let named = "[database]\npath = \"/data/a.sqlite\"\n[run]\ncontrol_socket = \"/run/a.sock\"";
    assert_eq!(place(named), Some(PathBuf::from("/run/a.sock")));
    assert_eq!(place("[run]\ncontrol_socket = \"\""), None);
}

#[test]
fn token_of_the_status_page_comes_from_a_file_or_the_environment_and_is_never_told() {
    let token = "hush-hush-hush-hush";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{token}\n")).expect("written");
    let named = format!("[web]\ntoken_file = {:?}", file.display().to_string());
    let of_file = load(&named, &[]).expect("valid");
    assert!(of_file.web_token.is_some());
    assert!(!format!("{of_file:?}").contains("hush"));
    let of_environment = load("", &[("DROAS_WEB_TOKEN", token)]).expect("valid");
    assert!(of_environment.web_token.is_some());
    assert!(load("", &[]).expect("valid").web_token.is_none());

    let short = mistake("", &[("DROAS_WEB_TOKEN", "hush-hush")]);
    assert!(short.contains("DROAS_WEB_TOKEN: it has 9 characters"), "{short}");
    assert!(!short.contains("hush"), "{short}");
    std::fs::write(&file, "hush hush hush hush hush").expect("written");
    let spaced = mistake(&named, &[]);
    assert!(
        spaced.contains("without spaces") && !spaced.contains("hush"),
        "{spaced}"
    );
    std::fs::remove_file(&file).expect("removed");
    assert!(mistake(&named, &[]).contains("web.token_file cannot be read"));
    assert!(mistake("[web]\ntoken = \"hush-hush-hush-hush\"", &[]).contains("did you mean web.token_file?"));
}
