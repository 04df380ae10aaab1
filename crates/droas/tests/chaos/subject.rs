//! The bot that is put through a world: in this process, or the real program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use rusqlite::{Connection, OpenFlags};
use sim::driver::Sim;
use tokio::task::JoinHandle;

use crate::in_process::InProcess;
use crate::processes::Program;

/// How much shorter all of the bot's waits are than those of a bot that people run.
pub(crate) const HASTE: u32 = 20;

/// The bot's answers for what stays in doubt, and the pauses before it tries again, are over in this time; a world that
/// has not come to rest by then will not. Nothing waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A bot.
pub(crate) enum Bot {
    /// Runs in this process.
    InProcess(InProcess),
    /// Runs as a process of its own.
    Program(Program),
}

impl Bot {
    /// Starts it, without waiting for anything.
    pub(crate) async fn start(&mut self, sim: &Sim) -> anyhow::Result<()> {
        match self {
            Self::InProcess(bot) => bot.start(sim).await,
            Self::Program(bot) => bot.start(sim),
        }
    }

    /// Stops it in order.
    ///
    /// # Errors
    /// It had something to complain of, or did not end.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        match self {
            Self::InProcess(bot) => bot.stop().await,
            Self::Program(bot) => bot.stop().await,
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        match self {
            Self::InProcess(_) => anyhow::bail!("a bot in this process cannot be killed"),
            Self::Program(bot) => bot.kill(),
        }
    }

    /// Lets enough time pass, by the world's clock and the bot's, for a leave and a rejoin not to be one join told twice.
    pub(crate) async fn let_time_pass(&self, sim: &Sim) {
        const LONG_ENOUGH: Duration = Duration::from_millis(2_500);
        match self {
            Self::InProcess(_) => sim.advance(LONG_ENOUGH),
            // A process has the machine's clock, which nobody can move.
            Self::Program(_) => tokio::time::sleep(LONG_ENOUGH).await,
        }
    }

    /// What it has to say for itself.
    pub(crate) fn story(&self) -> String {
        match self {
            Self::InProcess(bot) => bot.story(),
            Self::Program(bot) => bot.story(),
        }
    }

    fn database(&self) -> &Path {
        match self {
            Self::InProcess(bot) => bot.database(),
            Self::Program(bot) => bot.database(),
        }
    }

    /// Takes every lock that a writer of the database needs, as another program may, and gives it back after a time.
    pub(crate) fn lock_database(&self, lasting: Duration) -> JoinHandle<anyhow::Result<()>> {
        let database = self.database().to_owned();
        tokio::task::spawn_blocking(move || {
            let other = Connection::open(database)?;
            other.busy_timeout(PATIENCE)?;
            other.execute_batch("BEGIN EXCLUSIVE")?;
            std::thread::sleep(lasting);
            other.execute_batch("COMMIT")?;
            Ok(())
        })
    }

    /// Waits until no welcome is left to be posted or settled. The database tells nobody that it changed, so it is asked
    /// again and again.
    ///
    /// # Errors
    /// There are some after [`PATIENCE`].
    pub(crate) async fn outbox_is_empty(&self) -> anyhow::Result<()> {
        const ASK_EVERY: Duration = Duration::from_millis(20);
        let asking = async {
            loop {
                let open = self.open_welcomes()?;
                if open.is_empty() {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(asked) => asked,
            Err(_) => anyhow::bail!("left in the outbox: {:#?}", self.open_welcomes()?),
        }
    }

    /// The welcomes that are to be posted or settled, each as a line.
    pub(crate) fn open_welcomes(&self) -> anyhow::Result<Vec<String>> {
        // What waits for its member to pass screening has no time at which anything is to be done.
        self.rows(&format!(
            "state IN ('pending', 'sending') AND next_attempt_at < {}",
            i64::MAX
        ))
    }

    /// All that is stored of a member, each welcome as a line.
    pub(crate) fn welcomes_of(&self, user: u64) -> anyhow::Result<Vec<String>> {
        self.rows(&format!("user_id = {user}"))
    }

    fn rows(&self, which: &str) -> anyhow::Result<Vec<String>> {
        let file = Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)
            .context("the bot's database")?;
        file.busy_timeout(PATIENCE)?;
        let mut asked = file.prepare(&format!(
            "SELECT concat_ws(' ', id, 'user', user_id, state, skip_reason, 'joined', joined_at, 'queued', queued_at, \
             'left', has_left, 'attempts', attempts, 'in doubt', in_doubt, 'first', first_attempt_at, \
             'next', next_attempt_at) FROM welcome WHERE {which} ORDER BY id"
        ))?;
        let rows = asked.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Where a bot keeps its database below a folder.
pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join("droas.sqlite")
}
