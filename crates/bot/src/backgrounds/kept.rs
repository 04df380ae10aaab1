//! What was made and is kept while there is room: what was not used for longest goes first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

/// Values by key, up to a number of bytes.
pub(super) struct Kept<K, V> {
    bytes_max: usize,
    entries: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    by_key: HashMap<K, Entry<V>>,
    bytes: usize,
    /// Grows with every use.
    uses: u64,
}

struct Entry<V> {
    cell: Arc<OnceCell<V>>,
    /// 0 until it is made.
    bytes: usize,
    used: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Kept<K, V> {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            entries: Mutex::new(Entries {
                by_key: HashMap::new(),
                bytes: 0,
                uses: 0,
            }),
        }
    }

    /// The value, made now where it is not kept. Whoever asks meanwhile waits for it; when making it fails, or whoever
    /// makes it goes away, the next one tries.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) async fn get_or_make<E, F>(
        &self,
        key: &K,
        bytes_of: impl Fn(&V) -> usize,
        make: impl FnOnce() -> F,
    ) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let cell = self.cell(key);
        let made = cell.get_or_try_init(make).await;
        let mut entries = self.entries();
        match made {
            Ok(value) => {
                let value = value.clone();
                entries.weigh(key, &cell, bytes_of(&value));
                entries.make_room(self.bytes_max);
                Ok(value)
            }
            Err(error) => {
                drop(cell);
                entries.forget_unmade();
                Err(error)
            }
        }
    }

    fn cell(&self, key: &K) -> Arc<OnceCell<V>> {
        let mut entries = self.entries();
        entries.uses += 1;
        let used = entries.uses;
        let entry = entries.by_key.entry(key.clone()).or_insert_with(|| Entry {
            cell: Arc::default(),
            bytes: 0,
            used,
        });
        entry.used = used;
        Arc::clone(&entry.cell)
    }

    fn entries(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone, V> Entries<K, V> {
    /// A value may have grown since it was made, so it is weighed at every use.
    fn weigh(&mut self, key: &K, cell: &Arc<OnceCell<V>>, bytes: usize) {
        // Another one may have taken its place meanwhile.
        if let Some(entry) = self
            .by_key
            .get_mut(key)
            .filter(|entry| Arc::ptr_eq(&entry.cell, cell))
        {
            self.bytes = self.bytes - entry.bytes + bytes;
            entry.bytes = bytes;
        }
    }

    fn make_room(&mut self, bytes_max: usize) {
        while self.bytes > bytes_max {
            let oldest = self
                .by_key
                .iter()
                .filter(|(_, entry)| entry.bytes > 0)
                .min_by_key(|(_, entry)| entry.used)
                .map(|(key, _)| key.clone());
            let Some(gone) = oldest.and_then(|key| self.by_key.remove(&key)) else {
                return;
            };
            self.bytes -= gone.bytes;
        }
        self.forget_unmade();
    }

    /// Forgets what nobody made, and nobody is making.
    fn forget_unmade(&mut self) {
        self.by_key
            .retain(|_, entry| entry.cell.initialized() || Arc::strong_count(&entry.cell) > 1);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    async fn make(kept: &Kept<u32, usize>, key: u32, bytes: usize, made: &AtomicUsize) -> usize {
        let value = kept
            .get_or_make(
                &key,
                |bytes| *bytes,
                || async {
                    made.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, Infallible>(bytes)
                },
            )
            .await;
        value.expect("it cannot fail")
    }

    #[tokio::test]
    async fn what_was_not_used_for_longest_makes_room() {
        let (kept, made) = (Kept::new(100), AtomicUsize::new(0));
        for key in [1, 2, 1, 3, 1] {
            make(&kept, key, 40, &made).await;
        }
        assert_eq!(made.load(Ordering::Relaxed), 3, "the first was kept");
        assert_eq!(kept.entries().bytes, 80);
        make(&kept, 2, 40, &made).await;
        assert_eq!(
            made.load(Ordering::Relaxed),
            4,
            "the second had to go for the third"
        );
        make(&kept, 9, 1000, &made).await;
        let entries = kept.entries();
        assert_eq!(
            (entries.bytes, entries.by_key.len()),
            (0, 0),
            "what never fits is not kept, and bounds hold"
        );
    }

    #[tokio::test]
    async fn burst_makes_one() {
        let (kept, made) = (Arc::new(Kept::new(100)), Arc::new(AtomicUsize::new(0)));
        let gate = Arc::new(Semaphore::new(0));
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (kept, made, gate) = (Arc::clone(&kept), Arc::clone(&made), Arc::clone(&gate));
                tokio::spawn(async move {
                    kept.get_or_make(
                        &1,
                        |bytes| *bytes,
                        || async move {
                            made.fetch_add(1, Ordering::Relaxed);
                            drop(gate.acquire().await);
                            Ok::<_, Infallible>(40_usize)
                        },
                    )
                    .await
                })
            })
            .collect();
        gate.add_permits(50);
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Ok(40));
        }
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn failure_is_not_kept() {
        let kept: Kept<u32, usize> = Kept::new(100);
        let failed = kept.get_or_make(&1, |bytes| *bytes, || async { Err("no") }).await;
        assert_eq!(failed, Err("no"));
        assert!(kept.entries().by_key.is_empty());
        assert_eq!(make(&kept, 1, 40, &AtomicUsize::new(0)).await, 40);
    }
}
