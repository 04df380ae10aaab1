use super::*;

#[test]
fn every_field_is_found_by_its_name() {
    for field in Field::ALL {
        assert_eq!(field.name().parse(), Ok(*field));
    }
    assert_eq!(
        "welcome.chanel".parse::<Field>(),
        Err(UnknownField("welcome.chanel".into()))
    );
}

#[test]
fn canonical_texts_stay_as_they_are() {
    let sound = [
        (Field::WelcomeEnabled, "ON", "on"),
        (Field::WelcomeChannel, "007", "7"),
        (Field::Language, "EN", "en"),
        (Field::TimeZone, "utc", "UTC"),
        (Field::WelcomeStyle, "Embed", "embed"),
        (Field::CardLayout, "Classic", "classic"),
        (Field::CardAccent, "5865F2", "#5865f2"),
        (Field::CardOpacity, " 7% ", "7"),
        (Field::CardTitle, "  ", ""),
        (Field::ActivityGain, "5", "5.0"),
        (Field::ActivityGain, "0.2", "0.2"),
        (Field::ActivityCooldown, " 0060", "60"),
        (Field::ActivityLevels, "25,50, 75,90", "25 50 75 90"),
        (Field::ActivityLeftOutRoles, "9, 7 9", "7 9"),
        (Field::ActivityLeftOutRoles, " ", ""),
        (
            Field::ActivityLevelRoles,
            "Legend=8, active=007",
            "active=7 legend=8",
        ),
        (
            Field::WelcomeTexts,
            "a\n---\n\n b {mention}\n ---\n---\n",
            "a\n---\nb {mention}",
        ),
    ];
    for (field, text, stored) in sound {
        assert_eq!(field.canonical(text).as_deref(), Ok(stored), "{field} {text:?}");
        assert_eq!(field.canonical(stored).as_deref(), Ok(stored), "{field} again");
    }
}

#[test]
fn nonsense_is_refused_by_every_field_with_a_sentence() {
    let long = "名".repeat(100_000);
    for field in Field::ALL {
        let error = field.canonical(&long).expect_err("too much for anything");
        assert!(error.to_string().contains(field.name()), "{error}");
        assert!(error.to_string().len() < 300, "{error}");
    }
    for (field, text) in [
        (Field::WelcomeEnabled, "yes"),
        (Field::WelcomeChannel, "0"),
        (Field::WelcomeChannel, "-1"),
        (Field::Language, "zh"),
        (Field::TimeZone, "Mars/Olympus"),
        (Field::TimeZone, "../etc/passwd"),
        (Field::CardAccent, "#12345"),
        (Field::CardOpacity, "101"),
        (Field::CardBackground, "abc"),
        (Field::CardLayout, "a b"),
        (Field::WelcomeTexts, "\n---\n"),
        (Field::WelcomeTexts, "{user}"),
        (Field::DirectMessage, " "),
        (Field::ActivityGain, "0.3"),
        (Field::ActivityGain, "5.00"),
        (Field::ActivityGain, "-1"),
        (Field::ActivityGain, "."),
        (Field::ActivityFade, "0"),
        (Field::ActivityCooldown, "9"),
        (Field::ActivityReportHour, "24"),
        (Field::ActivityLevels, "1 2 3"),
        (Field::ActivityHalfChannels, "1 x"),
        (Field::ActivityHalfChannels, "0"),
        (Field::ActivityLevelRoles, "newcomer=0"),
        (Field::ActivityLevelRoles, "active=1 active=2"),
        (Field::ActivityLevelRoles, "hero=1"),
    ] {
        assert!(field.canonical(text).is_err(), "{field} {text:?}");
    }
}
