//! A shard: one session after another, each over one connection after another.

mod link;
mod standing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::FutureExt;
use secrecy::ExposeSecret;
use tokio::sync::watch;
use tokio::time::{Duration, Instant, sleep_until};
use tracing::{info, warn};
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{Config, ConfigBuilder, Intents, ShardId};
use twilight_model::gateway::payload::outgoing::identify::IdentifyProperties;
use url::Url;

use self::link::{Happening, Link};
pub use self::standing::{Connection, Standing};
use super::backoff::{Backoff, BackoffPolicy};
use super::decode::{EventName, Header};
use super::{Frame, GatewayError, IdentifyQueue, Resume, Session};
use crate::endpoints::gateway_base;
use crate::token::Token;

/// What we hear: guilds, joins and leaves, and messages without their content. 515 in all.
/// Source: Discord's documentation, "Gateway", heading "List of Intents", read in August 2026.
const INTENTS: Intents = Intents::GUILDS
    .union(Intents::GUILD_MEMBERS)
    .union(Intents::GUILD_MESSAGES);

/// How long the other side may take to answer our close frame.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// What a shard is opened with.
#[derive(Debug)]
pub struct ShardConfig {
    /// The shard's id, from 0.
    pub id: u32,
    /// The number of shards.
    pub count: u32,
    /// Who we are.
    pub token: Token,
    /// Where a session begins, and where it is resumed when its own address does not answer.
    pub gateway_url: Url,
    /// Where to go on; `None` begins a session anew.
    pub resume: Option<Resume>,
    /// Paces the beginning of sessions over all shards.
    pub queue: IdentifyQueue,
    /// For the jitter of the pauses between connections.
    pub seed: u64,
}

/// A connection to the gateway that mends itself: it resumes where it can, begins anew where it must, and pauses longer
/// with every failure (full jitter, at most 60 s).
///
/// It lives while [`Shard::next`] or [`Shard::try_next`] is called: heartbeats are sent in there. Not to call them holds
/// Discord's events back in the socket, for as long as Discord waits for a heartbeat (some 40 s).
#[derive(Debug)]
pub struct Shard {
    id: ShardId,
    /// Without a session: that is put in for each connection.
    config: Config<InMemoryQueue>,
    session: Option<Arc<Session>>,
    /// The last sequence that was handed out in the session.
    sequence: u64,
    /// The session's own address did not answer; the gateway's is tried.
    resume_url_failed: bool,
    backoff: Backoff,
    phase: Phase,
    standing: watch::Sender<Standing>,
}

#[derive(Debug)]
enum Phase {
    Pausing { until: Instant },
    Linked(Box<Link>),
    Refused(GatewayError),
}

impl Shard {
    /// Prepares the shard; it connects when it is first asked for a frame.
    ///
    /// # Panics
    /// Outside a tokio runtime, and when `id` is not below `count`.
    pub fn open(config: ShardConfig) -> Self {
        Self::open_with(config, BackoffPolicy::GATEWAY)
    }

    /// Like [`Shard::open`], with pauses between connections of at most `first` after the first failure, and of at most
    /// `longest` ever; a session that held for `longest` was well. For rehearsals against the simulator.
    ///
    /// # Panics
    /// As [`Shard::open`].
    pub fn open_with_pauses(config: ShardConfig, first: Duration, longest: Duration) -> Self {
        let policy = BackoffPolicy {
            base: first,
            cap: longest,
            well_after: longest,
        };
        Self::open_with(config, policy)
    }

    fn open_with(config: ShardConfig, policy: BackoffPolicy) -> Self {
        let ShardConfig {
            id,
            count,
            token,
            gateway_url,
            resume,
            queue,
            seed,
        } = config;
        crate::install_tls();
        let id = ShardId::new(id, count);
        let mut builder = ConfigBuilder::new(token.with_prefix().expose_secret().to_owned(), INTENTS)
            .identify_properties(IdentifyProperties::new("droas", "droas", std::env::consts::OS))
            .queue(queue.0);
        if let Some(base) = gateway_base(gateway_url.as_str()) {
            builder = builder.proxy_url(base);
        }
        let sequence = resume.as_ref().map_or(0, |resume| resume.sequence);
        let session = resume.map(|resume| {
            Arc::new(Session {
                id: resume.session_id,
                resume_url: resume.resume_url,
            })
        });
        Self {
            id,
            config: builder.build(),
            session,
            sequence,
            resume_url_failed: false,
            backoff: Backoff::new(policy, seed),
            phase: Phase::Pausing {
                until: Instant::now(),
            },
            standing: watch::Sender::default(),
        }
    }

    /// How the shard stands, and every change of that.
    pub fn watch_standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// The session of the frame that was handed out last, for a checkpoint that goes with that frame's sequence. After
    /// READY it is the new one; `None` once Discord has declared the old one void and until READY.
    pub fn session(&self) -> Option<Arc<Session>> {
        self.session.clone()
    }

    /// The next dispatch. Everything else of the protocol is dealt with inside.
    ///
    /// Cancel safe: a frame is either handed out or still to come.
    ///
    /// # Errors
    /// [`GatewayError`]: connecting again does not help; every later call returns the same.
    pub async fn next(&mut self) -> Result<Frame, GatewayError> {
        loop {
            let happening = match &mut self.phase {
                Phase::Refused(error) => return Err(*error),
                Phase::Pausing { until } => {
                    sleep_until(*until).await;
                    self.connect();
                    continue;
                }
                Phase::Linked(link) => link.next().await,
            };
            match happening {
                Happening::Text(text) => {
                    if let Some(frame) = self.receive(text) {
                        return Ok(frame);
                    }
                }
                Happening::Closed(code) => self.closed(code),
                Happening::Unreachable => {
                    self.resume_url_failed = true;
                    self.pause("the gateway cannot be reached");
                }
                Happening::Unreadable => self.pause("the gateway does not speak Discord's protocol"),
                Happening::Lost => self.pause("the connection to the gateway was lost"),
                Happening::Silent => self.pause("the gateway does not answer"),
            }
        }
    }

    /// A dispatch that is here already; `None` when there is none now.
    ///
    /// # Errors
    /// As [`Shard::next`].
    pub fn try_next(&mut self) -> Result<Option<Frame>, GatewayError> {
        self.next().now_or_never().transpose()
    }

    /// Closes the connection so that the session can be resumed for some minutes: with 4000, never with 1000 or 1001,
    /// which end it. What comes in meanwhile is dropped: it is not processed, so it is replayed. Takes 2 s at most.
    pub async fn close(self) {
        if let Phase::Linked(mut link) = self.phase {
            link.close(CLOSE_WITHIN).await;
        }
    }

    /// Closes as [`Shard::close`] does, and stays at rest until it is asked for a frame again: it then resumes behind the
    /// last frame that was handed out.
    pub async fn rest(&mut self) {
        if let Phase::Linked(link) = &mut self.phase {
            link.close(CLOSE_WITHIN).await;
            self.stands(Connection::Apart);
            self.phase = Phase::Pausing {
                until: Instant::now(),
            };
        }
    }

    /// Makes the connection anew at the next call for a frame: a session is resumed behind the last frame that was handed
    /// out, and a pause is over. A connection that is being made already is left to it. Takes 2 s at most.
    pub async fn reconnect(&mut self) {
        match &mut self.phase {
            Phase::Linked(link) if link.held().is_some() => self.rest().await,
            Phase::Pausing { until } => *until = Instant::now(),
            Phase::Linked(_) | Phase::Refused(_) => {}
        }
    }

    fn connect(&mut self) {
        let mut builder = ConfigBuilder::from(self.config.clone());
        if let Some(session) = &self.session {
            builder = builder.session(twilight_gateway::Session::new(self.sequence, session.id.clone()));
            // An address that cannot be one makes the library panic.
            if let Some(base) = gateway_base(&session.resume_url).filter(|_| !self.resume_url_failed) {
                builder = builder.resume_url(base);
            }
        }
        self.phase = Phase::Linked(Box::new(Link::new(self.id, builder.build())));
    }

    /// Leaves the connection without a word, and waits before the next.
    fn pause(&mut self, reason: &'static str) {
        let held = match &self.phase {
            Phase::Linked(link) => link.held(),
            _ => None,
        };
        let pause = self.backoff.next_pause(held);
        let resumes = self.session.is_some();
        info!(shard = %self.id, pause_ms = pause.as_millis(), resumes, "{reason}; connecting again");
        self.stands(Connection::Apart);
        self.phase = Phase::Pausing {
            until: Instant::now() + pause,
        };
    }

    /// Takes note of what concerns the session, and keeps what is no dispatch from the caller.
    fn receive(&mut self, text: String) -> Option<Frame> {
        let Phase::Linked(link) = &mut self.phase else {
            return None;
        };
        let header = Header::read(&text)?;
        match header.op {
            0 => match header.event {
                Some(EventName::Ready) => self.begin_session(),
                Some(EventName::Resumed) => {
                    link.answered();
                    self.resume_url_failed = false;
                    self.standing.send_modify(|standing| {
                        standing.connection = Connection::Alive;
                        standing.resumed += 1;
                    });
                }
                _ => {}
            },
            7 => link.leave(CLOSE_WITHIN),
            // The library has dropped its session when Discord said that it is void.
            9 if link.session().is_some() => link.leave(CLOSE_WITHIN),
            9 => {
                // The library would close with 1000 now; a connection without a session needs no farewell.
                self.session = None;
                self.sequence = 0;
                self.pause("Discord declared the session void");
            }
            10 => link.greeted(),
            11 => {
                let heartbeat = link.heartbeat();
                self.standing
                    .send_modify(|standing| standing.heartbeat = heartbeat);
            }
            _ => {}
        }
        let mut frame = Frame::new(header, text)?;
        frame.is_replayed = self.standing.borrow().connection != Connection::Alive;
        self.sequence = frame.sequence();
        Some(frame)
    }

    fn begin_session(&mut self) {
        let Phase::Linked(link) = &mut self.phase else {
            return;
        };
        link.answered();
        self.resume_url_failed = false;
        self.standing.send_modify(|standing| {
            standing.connection = Connection::Alive;
            standing.begun += 1;
        });
        self.session = link.session().map(Arc::new);
        if self
            .session
            .as_ref()
            .is_some_and(|session| gateway_base(&session.resume_url).is_none())
        {
            // The library would panic when it comes to use it, so it resumes at the gateway's own address instead.
            self.pause("Discord told an address for resuming that is none");
        }
    }

    fn stands(&self, connection: Connection) {
        self.standing.send_modify(|standing| {
            standing.connection = connection;
            standing.heartbeat = None;
        });
    }

    fn closed(&mut self, code: Option<u16>) {
        if let Some(error) = code.and_then(GatewayError::from_close_code) {
            self.stands(Connection::Refused(error));
            self.phase = Phase::Refused(error);
            return;
        }
        // "Invalid seq" and "session timed out": to resume would end in the same.
        if matches!(code, Some(4007 | 4009)) {
            warn!(shard = %self.id, code, "the session cannot be resumed; what was missed is lost to the gateway");
            self.session = None;
            self.sequence = 0;
        }
        self.pause("the gateway closed the connection");
    }
}
