//! The contract over a server, and what only a server can go through.

use pgtest::Database;
use store::{Place, StoreOptions};

use crate::contract::contract;

contract!(fresh);

/// A database of its own on the server of all tests.
struct Fresh {
    _database: Database<'static>,
    options: StoreOptions,
}

fn fresh() -> Option<Fresh> {
    let database = pgtest::shared()?.database();
    let options = options(&database.url());
    Some(Fresh {
        _database: database,
        options,
    })
}

fn options(url: &str) -> StoreOptions {
    StoreOptions::in_place(Place::Server(url.parse().expect("a URL")))
}

impl Fresh {
    fn options(&self) -> &StoreOptions {
        &self.options
    }
}
