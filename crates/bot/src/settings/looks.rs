//! The fields whose names `card` knows.

use card::{Alignment, AvatarShape, Layout, Ring, StyleError, Theme};
use domain::settings::{Field, Patch};

use super::ChangeError;

/// Whether cards can look as a patch says.
pub(crate) fn check(patch: &Patch) -> Result<(), ChangeError> {
    for (field, text) in patch.changes() {
        if let Some(text) = text {
            check_one(field, text).map_err(|error| ChangeError::Look(error, field))?;
        }
    }
    Ok(())
}

fn check_one(field: Field, text: &str) -> Result<(), StyleError> {
    match field {
        Field::CardLayout => text.parse::<Layout>().map(drop),
        Field::CardTheme => text.parse::<Theme>().map(drop),
        Field::CardAvatar => text.parse::<AvatarShape>().map(drop),
        Field::CardRing => text.parse::<Ring>().map(drop),
        Field::CardAlignment => text.parse::<Alignment>().map(drop),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use domain::settings::Form;

    use super::*;

    fn names(field: Field) -> Vec<&'static str> {
        match field {
            Field::CardLayout => Layout::ALL.iter().map(|choice| choice.name()).collect(),
            Field::CardTheme => Theme::ALL.iter().map(|choice| choice.name()).collect(),
            Field::CardAvatar => AvatarShape::ALL.iter().map(|choice| choice.name()).collect(),
            Field::CardRing => Ring::ALL.iter().map(|choice| choice.name()).collect(),
            Field::CardAlignment => Alignment::ALL.iter().map(|choice| choice.name()).collect(),
            _ => panic!("{field} is a look that nobody checks"),
        }
    }

    #[test]
    fn every_name_of_a_look_can_be_chosen_and_no_other() {
        for field in Field::ALL
            .iter()
            .copied()
            .filter(|field| field.form() == Form::Look)
        {
            let names = names(field);
            assert!(names.len() > 1, "{field}");
            for name in names {
                check(&Patch::new().set(field, name)).expect("a name of card's own");
                assert_eq!(field.canonical(name).as_deref(), Ok(name), "{field} can store it");
            }
            let wrong = check(&Patch::new().set(field, "upside-down")).expect_err("no name");
            assert!(wrong.to_string().contains(field.name()), "{wrong}");
            check(&Patch::new().unset(field)).expect("the default can always be had");
        }
    }
}
