//! What is worth a line in the log once, and not each time.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// The most that is remembered. Past that everything is forgotten, and said once more.
const LEN_MAX: usize = 4096;

/// Remembers what was said.
#[derive(Debug)]
pub(crate) struct SaidOnce<T>(Mutex<HashSet<T>>);

impl<T> Default for SaidOnce<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Eq + Hash> SaidOnce<T> {
    /// Whether it has not been said yet; from now on it has.
    pub(crate) fn is_first(&self, what: T) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() >= LEN_MAX {
            said.clear();
        }
        said.insert(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_not_said_again_and_memory_has_an_end() {
        let said = SaidOnce::default();
        assert!(said.is_first(7));
        assert!(!said.is_first(7));
        for one in 0..2 * LEN_MAX {
            said.is_first(one);
        }
        assert!(said.0.lock().expect("nobody panicked").len() <= LEN_MAX);
    }
}
