//! Painters on threads of their own, behind a queue that is never long.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use tracing::error;

use crate::encode::{CardError, Picture};
use crate::painter::Painter;
use crate::welcome::WelcomeCard;

/// Why a pool has no card.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The queue is full. Do without the picture: waiting would only make the queue longer.
    #[error("too many cards are being drawn already")]
    Overloaded,
    /// The painter panicked over this card and was replaced. The same card would do it again.
    #[error("the painter broke down over this card")]
    Panicked,
    /// The card could not be drawn.
    #[error(transparent)]
    Card(#[from] CardError),
}

type Job = Box<dyn FnOnce(&mut Painter) + Send>;

/// A fixed number of painters, each on a thread of its own. Drop it to end the threads: each finishes the card that it
/// is at.
pub struct Pool {
    queue: SyncSender<Job>,
    #[cfg(test)]
    threads: Vec<thread::JoinHandle<()>>,
}

impl Pool {
    /// Starts `threads` painters (at least one), before which at most `queue_len_max` cards wait.
    ///
    /// # Panics
    /// When the operating system has no thread to give.
    pub fn start(threads: usize, queue_len_max: usize) -> Self {
        let (queue, jobs) = sync_channel(queue_len_max);
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = (0..threads.max(1)).map(|index| {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("painter-{index}"))
                .spawn(move || paint(&jobs))
                .expect("a thread can be started when the program is")
        });
        #[cfg(test)]
        let threads = threads.collect();
        #[cfg(not(test))]
        threads.for_each(drop);
        Self {
            queue,
            #[cfg(test)]
            threads,
        }
    }

    /// Draws the welcome card; see [`Painter::welcome`]. When the future is dropped before its turn, nothing is drawn.
    ///
    /// # Errors
    /// [`PoolError`]; [`PoolError::Overloaded`] comes at once.
    pub async fn welcome(&self, card: WelcomeCard) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.welcome(&card)).await??)
    }

    /// Runs something on a painter.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Painter) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |painter| {
            if !answer.is_closed() {
                // Nobody may be listening any more, which is no error.
                drop(answer.send(work(painter)));
            }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => PoolError::Overloaded,
            TrySendError::Disconnected(_) => PoolError::Panicked,
        })?;
        answered.await.map_err(|_| PoolError::Panicked)
    }
}

/// A painter's thread: works until the queue is closed.
fn paint(jobs: &Mutex<Receiver<Job>>) {
    let mut painter = Painter::new();
    loop {
        // The guard is dropped before the work begins. No work is done under it, so nothing can poison it.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| job(&mut painter))) {
            error!(panic = message(&*panic), "a painter panicked and is replaced");
            // Whatever state it was left in goes with it.
            painter = Painter::new();
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
