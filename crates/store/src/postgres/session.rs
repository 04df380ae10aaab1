//! One connection to the server, with the statements that were prepared on it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;
use tokio_postgres::{
    AsyncMessage, Client, Notification, Row, SimpleQueryMessage, SimpleQueryRow, Statement,
};

use super::failure::{Failure, Said};
use super::tls::Tls;
use super::url::PostgresUrl;
use crate::retry::{Backoff, RetryProfile};

/// A transaction whose next statement does not come for so long is taken back by the server: its client is out of reach, and
/// its locks are in the way of others.
const IDLE_MAX_MS: u32 = 30_000;

/// Opens what somebody waits for until that succeeds. `lacking` says in the log what is not there meanwhile.
pub(super) async fn opened<T, F>(lacking: &'static str, mut open: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut backoff = Backoff::new(RetryProfile::Aggressive, rand::random());
    let longest = RetryProfile::Aggressive.limits().longest;
    loop {
        match open().await {
            Ok(opened) => return opened,
            Err(failure) => tracing::debug!(%failure, "{lacking}"),
        }
        sleep(backoff.next_pause().unwrap_or(longest)).await;
    }
}

/// A value that is bound to a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A connection. The server ends what is open on it when it is dropped.
pub(super) struct Session {
    client: Client,
    statements: Mutex<HashMap<&'static str, Statement>>,
    writer: OnceCell<i64>,
}

impl Session {
    /// Connects. What the server tells unasked goes to `told`.
    ///
    /// A lock is waited for as long as `lock_timeout`. A commit is answered when the disk has it, also where the server's
    /// own setting is less careful.
    pub(super) async fn connect(
        url: &PostgresUrl,
        lock_timeout: Duration,
        told: impl FnMut(Notification) + Send + 'static,
    ) -> Result<Self, Failure> {
        // The client's own limit ends when the connection is made.
        let connecting = timeout(url.connect_timeout(), Self::greet(url, lock_timeout, told));
        connecting.await.map_err(|_| Failure::Silence)?
    }

    async fn greet(
        url: &PostgresUrl,
        lock_timeout: Duration,
        mut told: impl FnMut(Notification) + Send + 'static,
    ) -> Result<Self, Failure> {
        let tls = Tls::new(&url.trust).map_err(Failure::Certificates)?;
        let (client, mut connection) = url.config.connect(tls).await?;
        // Ends when the client is dropped or the server goes away.
        tokio::spawn(async move {
            loop {
                match poll_fn(|cx| connection.poll_message(cx)).await {
                    Some(Ok(AsyncMessage::Notification(notification))) => told(notification),
                    Some(Ok(AsyncMessage::Notice(notice))) => {
                        tracing::debug!(notice = %Said(&notice), "the database notes");
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        let failure = Failure::from(error);
                        tracing::debug!(%failure, "a connection to the database ended");
                        break;
                    }
                    None => break,
                }
            }
        });
        let session = Self {
            client,
            statements: Mutex::default(),
            writer: OnceCell::new(),
        };
        let lock_timeout_ms = lock_timeout.as_millis();
        session
            .run(&format!(
                "SET lock_timeout = {lock_timeout_ms};
                 SET idle_in_transaction_session_timeout = {IDLE_MAX_MS};
                 SELECT set_config('synchronous_commit', 'on', false)
                     WHERE current_setting('synchronous_commit') = 'off'"
            ))
            .await?;
        Ok(session)
    }

    /// The id of this connection's row in `droas_writer`, which is made when it is first asked for.
    pub(super) async fn writer(&self) -> Result<i64, Failure> {
        let make = async || {
            let id = rand::random::<i64>();
            let made =
                format!("INSERT INTO droas_writer (id, transactions, used_at) VALUES ({id}, 0, now())");
            self.run(&made).await.map(|()| id)
        };
        self.writer.get_or_try_init(make).await.copied()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements that take no values; they travel together.
    pub(super) async fn run(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// As [`Session::run`]; returns the first row that any of them gives, with its values as text.
    pub(super) async fn run_for_row(&self, sql: &str) -> Result<Option<SimpleQueryRow>, Failure> {
        let told = self.client.simple_query(sql).await?;
        Ok(told.into_iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        }))
    }

    /// As [`Session::run_for_row`]; returns the row's first value.
    pub(super) async fn run_for_text(&self, sql: &str) -> Result<Option<String>, Failure> {
        let row = self.run_for_row(sql).await?;
        Ok(row.and_then(|row| row.get(0).map(str::to_owned)))
    }

    pub(super) async fn rows(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, Failure> {
        let statement = self.prepared(sql).await?;
        Ok(self.client.query(&statement, values).await?)
    }

    pub(super) async fn row_if_any(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, Failure> {
        let statement = self.prepared(sql).await?;
        Ok(self.client.query_opt(&statement, values).await?)
    }

    pub(super) async fn row(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Row, Failure> {
        let statement = self.prepared(sql).await?;
        Ok(self.client.query_one(&statement, values).await?)
    }

    /// Returns how many rows changed.
    pub(super) async fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, Failure> {
        let statement = self.prepared(sql).await?;
        Ok(self.client.execute(&statement, values).await?)
    }

    async fn prepared(&self, sql: &'static str) -> Result<Statement, Failure> {
        if let Some(statement) = self.statements().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements().insert(sql, statement.clone());
        Ok(statement)
    }

    fn statements(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
