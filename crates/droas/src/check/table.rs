//! The findings, for people.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, Color, ContentArrangement, Table};

use super::finding::{Finding, Findings, Verdict};

/// A table with a line below it that counts. It is as wide as the terminal; in a pipe or a file each finding has one line.
pub(super) fn table(findings: &Findings, colours: bool) -> String {
    table_of_width(findings, colours, Table::new().width())
}

fn table_of_width(findings: &Findings, colours: bool, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    // A terminal without colours is as wide as one with them.
    if let Some(width) = width {
        table.set_width(width);
    }
    table.set_header(["what", "verdict", "what was found", "what to do"]);
    for finding in findings.iter() {
        let verdict = Cell::new(finding.verdict.name());
        table.add_row([
            Cell::new(what(finding)),
            match color(finding.verdict) {
                Some(color) if colours => verdict.fg(color),
                _ => verdict,
            },
            Cell::new(shown(&finding.found)),
            Cell::new(shown(&finding.advice)),
        ]);
    }
    format!("{table}\n{}", counted(findings))
}

fn what(finding: &Finding) -> String {
    match finding.guild {
        Some(guild) => format!("{} of {guild}", finding.what),
        None => finding.what.to_owned(),
    }
}

fn color(verdict: Verdict) -> Option<Color> {
    match verdict {
        Verdict::Ok => Some(Color::Green),
        Verdict::Warning => Some(Color::Yellow),
        Verdict::Fault => Some(Color::Red),
        Verdict::NotChecked => None,
    }
}

/// Without what a terminal would take for an order, or what turns the direction of everything behind it: names are
/// strangers' words.
fn shown(text: &str) -> String {
    let is_order = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(is_order, "\u{fffd}")
}

fn counted(findings: &Findings) -> String {
    let number = |verdict, one: &str, many: &str| match findings.count(verdict) {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    format!(
        "{}, {}",
        number(Verdict::Fault, "fault", "faults"),
        number(Verdict::Warning, "warning", "warnings")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Findings {
        let mut findings = Findings::default();
        findings.add(Finding::ok("fonts", "there"));
        findings.add(Finding::warning(
            "welcome channel",
            "evil \u{1b}[2J\u{202e}name",
            "look",
        ));
        findings.add(Finding::fault("token", "it is none; copy it anew".to_owned()));
        findings
    }

    #[test]
    fn colours_are_for_terminals_alone() {
        let plain = table(&findings(), false);
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let coloured = table(&findings(), true);
        for code in ["\u{1b}[38;5;9m", "\u{1b}[38;5;10m", "\u{1b}[38;5;11m"] {
            assert!(coloured.contains(code), "{code:?} in {coloured:?}");
        }
    }

    #[test]
    fn names_give_the_terminal_no_orders() {
        let shown = table(&findings(), true);
        assert!(shown.contains("evil \u{fffd}[2J\u{fffd}name"), "{shown}");
        assert!(!shown.contains('\u{202e}') && !shown.contains("\u{1b}[2J"));
    }

    #[test]
    fn table_is_as_wide_as_its_terminal_with_and_without_colours_and_broken_nowhere_else() {
        let mut findings = findings();
        let long = "a sentence that goes on ".repeat(20);
        findings.add(Finding::fault("database", long.trim().to_owned()));
        for colours in [true, false] {
            let table = table_of_width(&findings, colours, Some(100));
            let border = table.lines().next().expect("a border");
            assert!(border.chars().count() <= 100, "{table}");
        }
        let piped = table_of_width(&findings, false, None);
        assert!(piped.contains(long.trim()), "{piped}");
    }

    #[test]
    fn what_was_found_is_counted() {
        let table = table(&findings(), false);
        assert!(table.ends_with("\n1 fault, 1 warning"), "{table}");
    }
}
