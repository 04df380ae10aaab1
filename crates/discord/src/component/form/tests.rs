use super::super::{ButtonStyle, StringSelect};
use super::*;

fn texts(count: usize) -> Vec<Component> {
    vec![Component::TextDisplay("字".to_owned()); count]
}

fn row(custom_ids: &[&str]) -> Component {
    let buttons = custom_ids
        .iter()
        .map(|custom_id| Button::new(ButtonStyle::Primary, *custom_id, "go"))
        .collect();
    Component::ActionRow(ActionRow::Buttons(buttons))
}

fn container(components: Vec<Component>) -> Component {
    Component::Container {
        accent: None,
        components,
    }
}

#[test]
fn forty_components_pass_and_one_more_does_not_however_deep_it_stands() {
    // A container, 36 texts, a row and its two buttons.
    let mut inside = texts(36);
    inside.push(row(&["a", "b"]));
    assert_eq!(check_message(&[container(inside.clone())]), Ok(()));
    inside.push(Component::Separator {
        divider: true,
        large: false,
    });
    assert_eq!(
        check_message(&[container(inside)]),
        Err(FormError::TooManyComponents { count: 41 })
    );
    // A section is one, its text another, and so is what stands beside it.
    let section = || Component::Section {
        texts: vec!["a".to_owned()],
        accessory: Accessory::Thumbnail(Media {
            url: "attachment://a.png".to_owned(),
            description: None,
        }),
    };
    assert_eq!(check_message(&vec![section(); 13]), Ok(()));
    assert_eq!(
        check_message(&vec![section(); 14]),
        Err(FormError::TooManyComponents { count: 42 })
    );
}

#[test]
fn each_fault_is_named() {
    let text = |len| Component::TextDisplay("字".repeat(len));
    let button = |custom_id: String, label: String| {
        Component::ActionRow(ActionRow::Buttons(vec![Button::new(
            ButtonStyle::Danger,
            custom_id,
            label,
        )]))
    };
    let select = |options| Component::ActionRow(ActionRow::StringSelect(StringSelect::one_of("s", options)));
    let too_long = |field, count, max| FormError::TooLong { field, count, max };
    let empty = |field| FormError::Empty { field };
    for (components, fault) in [
        (
            vec![container(vec![container(texts(1))])],
            FormError::NestedContainer,
        ),
        (vec![container(Vec::new())], empty("components")),
        (vec![row(&["a"]), row(&["a"])], FormError::DuplicateCustomId),
        (
            vec![text(2001), text(2000)],
            too_long("all text displays", 4001, 4000),
        ),
        (vec![text(0)], empty("text display")),
        (
            vec![button("x".repeat(101), "go".into())],
            too_long("custom id", 101, 100),
        ),
        (
            vec![button("x".into(), "字".repeat(81))],
            too_long("label of a button", 81, 80),
        ),
        (vec![select(Vec::new())], empty("options of a select")),
        (
            vec![row(&["a", "b", "c", "d", "e", "f"])],
            FormError::TooMany {
                field: "buttons",
                count: 6,
                max: 5,
            },
        ),
        (
            ["a", "b", "c", "d", "e", "f"].map(|id| row(&[id])).to_vec(),
            FormError::TooMany {
                field: "rows",
                count: 6,
                max: 5,
            },
        ),
    ] {
        assert_eq!(check_message(&components), Err(fault));
    }
}
