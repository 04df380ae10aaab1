//! Fonts, and how long a card takes.

use std::time::{Duration, Instant};

use bot::CardDesign;
use bot::clock::{Clock, SystemClock};
use card::{Coverage, Painter, Picture};
use domain::id::UserId;
use domain::language::Language;
use domain::template::Values;
use domain::zone::Zone;

use super::finding::{Finding, Findings};
use crate::config::Config;

/// Of so many cards the last is timed: the first ones read fonts.
const CARDS: usize = 3;

/// A card that takes so long keeps members waiting.
const SLOW: Duration = Duration::from_millis(500);

pub(super) async fn look(config: Option<&Config>, findings: &mut Findings) {
    let design = config.map(|config| config.card_design.clone());
    let drawing = tokio::task::spawn_blocking(move || (card::coverage(), draw(&design.unwrap_or_default())));
    let (coverage, drawn) = drawing.await.expect("drawing a card does not panic");
    findings.add(fonts(&coverage));
    findings.add(match drawn {
        Ok((picture, took)) => timed(&picture, took),
        Err(error) => Finding::fault(
            "card",
            format!("it cannot be drawn ({error}); look at the section cards of the configuration"),
        ),
    });
}

fn fonts(coverage: &Coverage) -> Finding {
    if coverage.missing.is_empty() {
        Finding::ok("fonts", format!("{} scripts have a face", coverage.scripts))
    } else {
        Finding::fault(
            "fonts",
            format!(
                "names in {} would be left out of cards; the binary is damaged, so get it anew",
                coverage.missing.join(", ")
            ),
        )
    }
}

fn draw(design: &CardDesign) -> Result<(Picture, Duration), card::CardError> {
    let zone = Zone::utc();
    let card = design.welcome_of(&Values {
        user: UserId(0),
        name: "Ada 小林",
        username: "ada",
        guild: "The Tea House",
        number: Some(1234),
        joined_at: SystemClock.now(),
        language: Language::English,
        zone,
    });
    let mut painter = Painter::new();
    let mut draw = || {
        let began = Instant::now();
        painter.welcome(&card).map(|picture| (picture, began.elapsed()))
    };
    for _ in 1..CARDS {
        draw()?;
    }
    draw()
}

fn timed(picture: &Picture, took: Duration) -> Finding {
    let found = format!(
        "{} x {} px, {} KiB, drawn in {:.1} ms",
        picture.width_px,
        picture.height_px,
        picture.bytes.len().div_ceil(1024),
        took.as_secs_f64() * 1000.0
    );
    if took < SLOW {
        Finding::ok("card", found)
    } else {
        Finding::warning(
            "card",
            found,
            "the machine is slow or busy; give it more of a processor, or greet without pictures where many join",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn script_without_a_face_is_a_fault_and_a_slow_card_a_warning() {
        let missing = fonts(&Coverage {
            scripts: 50,
            missing: vec!["Han", "Thai"],
        });
        assert_eq!(missing.verdict, Verdict::Fault);
        assert!(missing.found.contains("Han, Thai"), "{}", missing.found);
        let (picture, _) = draw(&CardDesign::default()).expect("drawn");
        assert_eq!(timed(&picture, SLOW).verdict, Verdict::Warning);
        assert_eq!(timed(&picture, SLOW / 2).verdict, Verdict::Ok);
    }
}
