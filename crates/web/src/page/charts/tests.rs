use super::*;
use crate::history::Bounds;

fn history(moments: impl IntoIterator<Item = Moment>) -> History {
    let mut history = History::default();
    history.set_bounds(Bounds {
        handling: vec![0.1, 1.0, f64::INFINITY],
        joining: vec![0.1, 1.0, f64::INFINITY],
    });
    for moment in moments {
        history.push(moment);
    }
    history
}

fn quiet(at: Instant) -> Moment {
    Moment {
        at,
        lasted: Duration::from_secs(10),
        handling: Box::new([0, 0, 0]),
        joining: Box::new([0, 0, 0]),
        sent: 0,
        waiting: Some(0),
        memory: Some(64 << 20),
    }
}

#[test]
fn charts_tell_what_the_moments_hold() {
    let begun = Instant::now();
    let s = |s| begun + Duration::from_secs(s);
    let history = history([
        Moment {
            handling: Box::new([90, 10, 0]),
            joining: Box::new([0, 1, 0]),
            sent: 1,
            waiting: Some(7),
            ..quiet(s(10))
        },
        Moment {
            waiting: None,
            memory: Some(80 << 20),
            ..quiet(s(20))
        },
        quiet(s(30)),
    ]);
    let charts = charts(&history, s(30), Range::Hour);
    let shown: Vec<(&str, Vec<Option<String>>)> = charts
        .iter()
        .map(|chart| {
            let values = chart.lines.iter();
            let values = values.map(|line| line.value.map(said::short));
            (chart.title, values.collect())
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        shown,
        [
            ("Events handled within", vec![some("0.06"), some("0.91")]),
            ("Welcomes posted within", vec![some("0.55"), some("0.95")]),
            ("Events", vec![some("3.33")]),
            ("Welcomes posted", vec![some("2")]),
            ("Welcomes waiting", vec![some("0")]),
            ("Memory", vec![some("67108864")]),
        ]
    );
    let waiting = &charts[4].lines[0].points;
    let values: Vec<Option<f64>> = waiting.iter().map(|point| point.y).collect();
    assert_eq!(values, [Some(7.0), None, Some(0.0)]);
    // What is known is less than a minute, which is the least that is shown.
    let places: Vec<String> = waiting.iter().map(|point| format!("{:.2}", point.x)).collect();
    assert_eq!(places, ["0.67", "0.83", "1.00"]);
    assert_eq!(charts[0].begins, "1 min ago");
}

#[test]
fn long_history_makes_few_points_that_stay_where_they_are() {
    let begun = Instant::now();
    let at = |index: u64| begun + Duration::from_secs(10 * index);
    let points = |len: u64| {
        let mut history = history((0..len).map(|index| quiet(at(index))));
        history.push(Moment {
            waiting: Some(9),
            ..quiet(at(len))
        });
        let charts = charts(&history, at(len), Range::SixHours);
        assert_eq!(charts[4].begins, "6 h ago");
        charts[4].lines[0].points.clone()
    };
    let (before, after) = (points(2_400), points(2_401));
    assert!(before.len() <= POINTS_MAX + 1, "{}", before.len());
    assert!(before.len() > POINTS_MAX / 2, "{}", before.len());
    assert_eq!(before.last().and_then(|point| point.y), Some(9.0));
    assert_eq!(after.last().and_then(|point| point.y), Some(9.0));
    let last_hour = charts(
        &history((0..2_400).map(|index| quiet(at(index)))),
        at(2_399),
        Range::Hour,
    );
    assert_eq!(last_hour[4].begins, "1 h ago");
}

#[test]
fn history_that_is_empty_makes_empty_charts() {
    for chart in charts(&History::default(), Instant::now(), Range::Hour) {
        assert!(
            chart.shown().into_string().contains("nothing yet"),
            "{}",
            chart.title
        );
    }
}

#[test]
fn ranges_are_known_by_their_names_alone() {
    for range in Range::ALL {
        assert_eq!(Range::named(range.name()), Some(range));
    }
    for wrong in ["", "1", "7h", "1h<script>"] {
        assert_eq!(Range::named(wrong), None);
    }
}
