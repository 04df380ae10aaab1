//! The contract over a server, and what only a server can go through.

mod commits;
mod leadership;
mod news;
mod persons;
mod processes;
mod quotes;
mod refusals;
mod wire;

use pgtest::{Database, Server};
use store::{Place, StoreOptions};
use tokio_postgres::NoTls;

use crate::contract::contract;

contract!(fresh);

/// A database of its own on the server of all tests.
struct Fresh {
    database: Database<'static>,
    options: StoreOptions,
}

fn fresh() -> Option<Fresh> {
    let database = pgtest::shared()?.database();
    let options = options(&database.url());
    Some(Fresh { database, options })
}

fn options(url: &str) -> StoreOptions {
    StoreOptions::in_place(Place::Server(url.parse().expect("a URL")))
}

impl Fresh {
    fn options(&self) -> &StoreOptions {
        &self.options
    }

    fn url(&self) -> String {
        self.database.url()
    }

    fn server(&self) -> &'static Server {
        pgtest::shared().expect("the database lies on it")
    }
}

/// A connection that is no store's, as an administrator has it.
async fn admin(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&format!("{url}?application_name=admin"), NoTls)
        .await
        .expect("the server answers");
    tokio::spawn(connection);
    client
}
