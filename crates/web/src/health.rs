//! Whether the bot can do its work.

use std::fmt;

use bot::control::Status;
use discord::Connection;

/// Something that keeps the bot from doing its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The bot does not tell how it is.
    NoAnswer,
    /// Discord has not told yet who the bot is.
    NotStarted,
    /// A shard hears nothing.
    Shard {
        /// Which.
        id: u32,
        /// How its connection stands.
        standing: &'static str,
    },
    /// The database does not answer.
    Database(String),
    /// The database cannot be written, in a sentence of its own.
    Unwritable(String),
}

/// What is in the way; nothing, when the bot can do its work. Discord's own failures are not among it: the bot is made to
/// live with them, and starting it anew would not help.
pub(crate) fn troubles(status: &Status) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    if status.shards.is_empty() && !status.stands_by {
        troubles.push(Trouble::NotStarted);
    }
    troubles.extend(status.shards.iter().filter_map(|shard| {
        let connection = shard.standing.connection;
        (connection != Connection::Alive).then(|| Trouble::Shard {
            id: shard.id,
            standing: connection.name(),
        })
    }));
    if let Some(trouble) = &status.trouble {
        troubles.push(Trouble::Unwritable(trouble.sentence.clone()));
    }
    if let Err(error) = &status.stored {
        troubles.push(Trouble::Database(error.to_string()));
    }
    troubles
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("the bot does not tell how it is: the database does not answer"),
            Self::NotStarted => f.write_str("Discord has not told yet who the bot is"),
            Self::Shard { id, standing } => write!(f, "shard {id} is {standing}"),
            Self::Unwritable(sentence) => f.write_str(sentence),
            Self::Database(error) => write!(f, "the database cannot be read: {error}"),
        }
    }
}
