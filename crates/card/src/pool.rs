//! Painters on threads of their own, behind a queue that is never long.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use tracing::error;

use crate::activity::ActivityCard;
use crate::chart::Chart;
use crate::group::GroupCard;
use crate::leaderboard::Leaderboard;
use crate::painter::Painter;
use crate::picture::{CardError, Picture};
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

/// How busy a pool is; shared with it, and outlives it.
#[derive(Clone, Debug, Default)]
pub struct PoolWatch(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
    overloads: AtomicU64,
}

impl PoolWatch {
    /// Pictures that wait for a painter, or that one is at.
    pub fn waiting(&self) -> u64 {
        // Read first, so that what ends meanwhile cannot make it negative.
        let ended = self.0.ended.load(Ordering::Acquire);
        self.0.begun.load(Ordering::Acquire).saturating_sub(ended)
    }

    /// How often a picture was refused because too many waited, since the pool was started.
    pub fn overloads(&self) -> u64 {
        self.0.overloads.load(Ordering::Relaxed)
    }

    fn begin(&self) -> Place {
        self.0.begun.fetch_add(1, Ordering::Release);
        Place(Arc::clone(&self.0))
    }
}

/// A picture among those that wait, until it is dropped: also when nobody wants it any more, and when its painter panics.
struct Place(Arc<Counts>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Release);
    }
}

type Job = Box<dyn FnOnce(&mut Painter) + Send>;

/// A fixed number of painters, each on a thread of its own. Drop it to end the threads: each finishes the card that it
/// is at.
pub struct Pool {
    queue: SyncSender<Job>,
    watch: PoolWatch,
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
            watch: PoolWatch::default(),
            #[cfg(test)]
            threads,
        }
    }

    /// How busy it is, for those who look on.
    pub fn watch(&self) -> PoolWatch {
        self.watch.clone()
    }

    /// Draws the welcome card; see [`Painter::welcome`]. When the future is dropped before its turn, nothing is drawn.
    ///
    /// # Errors
    /// [`PoolError`]; [`PoolError::Overloaded`] comes at once.
    pub async fn welcome(&self, card: WelcomeCard) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.welcome(&card)).await??)
    }

    /// Draws the group card; otherwise as [`Pool::welcome`].
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn group(&self, card: GroupCard) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.group(&card)).await??)
    }

    /// Draws the activity card; otherwise as [`Pool::welcome`].
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn activity(&self, card: ActivityCard) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.activity(&card)).await??)
    }

    /// Draws the leaderboard; otherwise as [`Pool::welcome`].
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn leaderboard(&self, card: Leaderboard) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.leaderboard(&card)).await??)
    }

    /// Draws the chart; otherwise as [`Pool::welcome`].
    ///
    /// # Errors
    /// [`PoolError`].
    pub async fn chart(&self, chart: Chart) -> Result<Picture, PoolError> {
        Ok(self.run(move |painter| painter.chart(&chart)).await??)
    }

    /// Runs something on a painter.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Painter) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let (answer, answered) = oneshot::channel();
        let place = self.watch.begin();
        let job: Job = Box::new(move |painter| {
            if answer.is_closed() {
                return;
            }
            let done = work(painter);
            // Before the answer: who has it sees the place free.
            drop(place);
            // Nobody may be listening any more, which is no error.
            drop(answer.send(done));
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.watch.0.overloads.fetch_add(1, Ordering::Relaxed);
                PoolError::Overloaded
            }
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;
    use crate::background::Background;
    use crate::scene::Scene;
    use crate::style::CardStyle;

    fn card() -> WelcomeCard {
        WelcomeCard {
            title: "WELCOME".to_owned(),
            name: "Ada".to_owned(),
            subtitle: "joined The Tea House".to_owned(),
            badge: String::new(),
            avatar: None,
            background: Background::built_in(Scene::Welcome, &CardStyle::default()),
        }
    }

    /// Polls a future once, which is what puts its card into the queue.
    async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
        poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn pool_draws_what_a_painter_draws() {
        let pool = Pool::start(1, 4);
        let picture = pool.welcome(card()).await.expect("a card");
        assert_eq!(picture, Painter::new().welcome(&card()).expect("a card"));
    }

    #[tokio::test]
    async fn full_queue_is_an_error_at_once_and_not_for_ever() {
        let pool = Arc::new(Pool::start(1, 1));
        let (release, released) = mpsc::channel::<()>();
        let (begun, beginning) = oneshot::channel();
        let busy = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move {
                pool.run(move |_| {
                    begun.send(()).expect("the test waits");
                    released.recv().expect("the test releases");
                })
                .await
            }
        });
        beginning.await.expect("the painter is at work");
        // Polled once, so that it takes the only place in the queue.
        let mut waiting = Box::pin(pool.welcome(card()));
        assert!(is_pending(&mut waiting).await);
        let watch = pool.watch();
        assert_eq!((watch.waiting(), watch.overloads()), (2, 0));
        assert!(matches!(pool.welcome(card()).await, Err(PoolError::Overloaded)));
        assert_eq!((watch.waiting(), watch.overloads()), (2, 1));
        release.send(()).expect("the painter waits");
        busy.await.expect("no panic").expect("an answer");
        waiting.await.expect("the card that waited");
        pool.welcome(card()).await.expect("room again");
        drop(pool);
        assert_eq!((watch.waiting(), watch.overloads()), (0, 1));
    }

    #[tokio::test]
    async fn painter_that_panics_is_replaced() {
        let pool = Pool::start(1, 1);
        let broken = pool.run(|_| panic!("over this card")).await;
        assert!(matches!(broken, Err(PoolError::Panicked)));
        pool.welcome(card()).await.expect("the next card");
    }

    #[tokio::test]
    async fn nothing_is_drawn_for_somebody_who_went_away() {
        let pool = Pool::start(1, 2);
        let (release, released) = mpsc::channel::<()>();
        let (drawn, drawings) = mpsc::channel();
        let mut busy = Box::pin(pool.run(move |_| released.recv()));
        let mut given_up = Box::pin(pool.run(move |_| drawn.send(())));
        assert!(is_pending(&mut busy).await);
        assert!(is_pending(&mut given_up).await);
        drop(given_up);
        release.send(()).expect("the painter waits");
        busy.await.expect("an answer").expect("released");
        pool.welcome(card()).await.expect("a card after it");
        assert!(
            drawings.recv().is_err(),
            "the closure was dropped without being called"
        );
    }

    #[tokio::test]
    async fn threads_end_with_the_pool() {
        let mut pool = Pool::start(3, 1);
        let threads = std::mem::take(&mut pool.threads);
        assert_eq!(threads.len(), 3);
        drop(pool);
        for thread in threads {
            thread.join().expect("it ends without a panic");
        }
    }
}
