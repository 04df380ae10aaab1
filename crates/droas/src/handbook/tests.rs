//! What is committed of the handbook, and the README's twin, held against what they speak of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::*;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn book() -> PathBuf {
    repository().join("docs/handbook/src")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The names of the book's files.
fn pages() -> BTreeSet<String> {
    let files = std::fs::read_dir(book()).expect("the book has pages");
    let names = files.map(|file| file.expect("readable").file_name().into_string().expect("UTF-8"));
    names.filter(|name| name != "SUMMARY.md").collect()
}

/// What a text's links lead to.
fn links(text: &str) -> Vec<&str> {
    let behind = text.split("](").skip(1);
    behind
        .filter_map(|rest| rest.split_once(')'))
        .map(|(to, _)| to)
        .collect()
}

/// The anchors that mdBook gives to the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
        kept.map(|it| if it == ' ' { '-' } else { it }).collect()
    };
    outside_of_code(text)
        .filter(|line| line.starts_with('#'))
        .map(anchor)
        .collect()
}

/// The lines that are not within a block of code.
fn outside_of_code(text: &str) -> impl Iterator<Item = &str> {
    let mut within = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        within ^= is_fence;
        !within && !is_fence
    })
}

#[test]
fn committed_pages_are_what_the_program_prints() {
    for &which in Page::value_variants() {
        let name = which.to_possible_value().expect("none is hidden");
        let file = format!("{}.md", name.get_name());
        assert!(
            read(&book().join(&file)) == page(&Args { page: which }),
            "{file} is not what the program prints; run scripts/handbook"
        );
    }
}

#[test]
fn summary_names_every_page_and_no_other() {
    let summary = read(&book().join("SUMMARY.md"));
    let named: BTreeSet<String> = links(&summary).into_iter().map(str::to_owned).collect();
    assert_eq!(named, pages());
}

#[test]
fn every_link_of_the_book_leads_somewhere() {
    let mut followed = 0;
    for page in pages() {
        let text = read(&book().join(&page));
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { &*page } else { file };
            assert!(
                pages().contains(file),
                "{page} links to {link}, and there is no such page"
            );
            if !anchor.is_empty() {
                let there = anchors(&read(&book().join(file)));
                assert!(
                    there.contains(anchor),
                    "{page} links to {link}, and there are {there:?}"
                );
            }
            followed += 1;
        }
    }
    assert!(followed > 10, "only {followed} links were found");
}

#[test]
fn quick_start_has_commands_that_start_the_bot() {
    let text = read(&book().join("quick-start.md"));
    let blocks: Vec<_> = text.split("```console\n").skip(1).collect();
    let commands: Vec<_> = blocks
        .iter()
        .filter_map(|block| block.split_once("```"))
        .flat_map(|(block, _)| block.lines())
        .collect();
    assert!(commands.iter().all(|line| line.starts_with("$ ")), "{commands:?}");
    assert!(
        commands.iter().any(|line| line.ends_with("droas run")),
        "{commands:?}"
    );
}

/// The headings' levels, and for each the number of table rows and list items below it.
fn shape(text: &str) -> Vec<(usize, usize, usize)> {
    let mut shape = Vec::new();
    for line in outside_of_code(text) {
        let level = line.chars().take_while(|it| *it == '#').count();
        if level > 0 {
            shape.push((level, 0, 0));
        } else if let Some((_, rows, items)) = shape.last_mut() {
            *rows += usize::from(line.starts_with('|'));
            let unnumbered = line.trim_start_matches(|it: char| it.is_ascii_digit());
            *items +=
                usize::from(line.starts_with("- ") || unnumbered != line && unnumbered.starts_with(". "));
        }
    }
    shape
}

fn code(text: &str) -> Vec<&str> {
    text.split("```").skip(1).step_by(2).map(str::trim).collect()
}

#[test]
fn readme_and_its_twin_say_the_same() {
    let (readme, twin) = (
        read(&repository().join("README.md")),
        read(&repository().join("README.zh-TW.md")),
    );
    assert_eq!(
        shape(&readme),
        shape(&twin),
        "headings (level, rows of tables, items of lists) differ between README.md and README.zh-TW.md"
    );
    assert_eq!(code(&readme), code(&twin), "blocks of code differ");
    let to = |text: &str| -> BTreeSet<String> {
        let links = links(text).into_iter().filter(|link| !link.starts_with("README"));
        links.map(str::to_owned).collect()
    };
    assert_eq!(to(&readme), to(&twin), "links differ");
}
