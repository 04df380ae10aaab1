//! What waits for the writer, taken one by one by its thread.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

/// The end of a queue that a thread of our own waits at, which the queue's own waiting cannot do for a bounded time.
pub(super) struct Queue<T> {
    waiting: mpsc::Receiver<T>,
    waker: Waker,
}

/// What a wait ended with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    Request(T),
    /// Nothing came for so long.
    Quiet,
    /// Nothing will come any more.
    End,
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<T> Queue<T> {
    /// To be called on the thread that will wait.
    pub(super) fn new(waiting: mpsc::Receiver<T>) -> Self {
        Self {
            waiting,
            waker: Waker::from(Arc::new(Unpark(thread::current()))),
        }
    }

    /// Waits for the next request, at most as long as is said.
    pub(super) fn wait(&mut self, at_most: Option<Duration>) -> Next<T> {
        let until = at_most.map(|at_most| Instant::now() + at_most);
        loop {
            match self.waiting.poll_recv(&mut Context::from_waker(&self.waker)) {
                Poll::Ready(Some(request)) => return Next::Request(request),
                Poll::Ready(None) => return Next::End,
                Poll::Pending => {}
            }
            match until {
                None => thread::park(),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Next::Quiet;
                    }
                    thread::park_timeout(left);
                }
            }
        }
    }

    /// The next request that is there already.
    pub(super) fn next(&mut self) -> Option<T> {
        self.waiting.try_recv().ok()
    }

    /// Takes nothing more but what is there already.
    pub(super) fn close(&mut self) {
        self.waiting.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_taken_at_once_and_silence_is_told() {
        let (sender, waiting) = mpsc::channel(4);
        let (taken, told) = std::sync::mpsc::channel();
        let taking = thread::spawn(move || {
            let mut queue = Queue::new(waiting);
            loop {
                let next = queue.wait(Some(Duration::from_millis(20)));
                let is_end = next == Next::End;
                taken.send(next).expect("somebody listens");
                if is_end {
                    break;
                }
            }
        });
        assert_eq!(told.recv(), Ok(Next::Quiet));
        sender.blocking_send(7).expect("it is taken");
        let next = told.iter().find(|next| *next != Next::Quiet);
        assert_eq!(next, Some(Next::Request(7)));
        drop(sender);
        assert_eq!(told.iter().last(), Some(Next::End));
        taking.join().expect("no panic");
    }
}
