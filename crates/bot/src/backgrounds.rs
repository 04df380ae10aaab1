//! What guilds' cards stand on, prepared once for each look.
//!
//! A prepared background is 2 MB and takes some 20 ms, so those that are used are kept, up to a number of bytes, and a
//! guild that nobody joins has none. However many cards ask at once, a look is prepared once.

mod kept;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use assets::AssetStore;
use bytes::Bytes;
use card::{Background, CardStyle, Scene};
use domain::asset::ContentHash;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::card_design::CardDesign;
use crate::plan::Look;
use crate::said_once::SaidOnce;
use crate::tally::Tally;
use kept::Kept;

/// The most memory for prepared backgrounds, bytes: some thirty of them.
const BYTES_MAX: usize = 64 << 20;

/// How many are prepared at the same time: each may need as much memory again as the picture that it is made of.
const AT_ONCE: usize = 2;

/// How many may wait for that. Past it cards are left out, as they are when painters have too much to do.
const WAITING_MAX: usize = 64;

/// How long a picture's bytes may take to come.
const BYTES_WITHIN: Duration = Duration::from_secs(5);

/// What is prepared, and what to prepare it from.
pub(crate) struct Backgrounds {
    design: CardDesign,
    assets: AssetStore,
    tally: Arc<Tally>,
    kept: Kept<(Look, Scene), Background>,
    workers: Arc<Semaphore>,
    waiting: AtomicUsize,
    complained: SaidOnce<ContentHash>,
}

/// Why there is no background.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPrepared {
    /// Too many are being prepared.
    #[error("too many backgrounds are being prepared already")]
    Overloaded,
    /// The picture's bytes are not to be had, or are no picture.
    #[error("{0}")]
    Unusable(String),
}

impl Backgrounds {
    pub(crate) fn new(design: CardDesign, assets: AssetStore, tally: Arc<Tally>) -> Self {
        Self {
            design,
            assets,
            tally,
            kept: Kept::new(BYTES_MAX),
            workers: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            complained: SaidOnce::default(),
        }
    }

    /// What a card of this look stands on. A guild whose picture cannot be had has the installation's.
    ///
    /// # Errors
    /// [`NotPrepared::Overloaded`] comes at once.
    pub(crate) async fn of(&self, look: &Look, scene: Scene) -> Result<Background, NotPrepared> {
        let Some(hash) = look.background else {
            return self.of_the_house(&look.style, scene).await;
        };
        match self.prepared(look, scene).await {
            Err(NotPrepared::Unusable(cause)) => {
                self.tally.backgrounds_missing(1);
                if self.complained.is_first(hash) {
                    warn!(%hash, cause, "a guild's background cannot be used; its cards stand on the usual one");
                }
                self.of_the_house(&look.style, scene).await
            }
            done => done,
        }
    }

    /// The installation's own picture in a style.
    async fn of_the_house(&self, style: &CardStyle, scene: Scene) -> Result<Background, NotPrepared> {
        let prepared = self
            .design
            .prepared(scene)
            .filter(|_| style == self.design.style());
        if let Some(background) = prepared {
            return Ok(background.clone());
        }
        let look = Look {
            style: style.clone(),
            background: None,
        };
        self.prepared(&look, scene).await
    }

    async fn prepared(&self, look: &Look, scene: Scene) -> Result<Background, NotPrepared> {
        let key = (look.clone(), scene);
        self.kept
            .get_or_make(&key, Background::bytes, || self.prepare(look, scene))
            .await
    }

    async fn prepare(&self, look: &Look, scene: Scene) -> Result<Background, NotPrepared> {
        let _place = Waiting::begin(&self.waiting).ok_or(NotPrepared::Overloaded)?;
        let picture = match &look.background {
            Some(hash) => Some(self.bytes(hash).await?),
            None => self.design.picture().cloned(),
        };
        let worker = Arc::clone(&self.workers)
            .acquire_owned()
            .await
            .expect("nobody closes it");
        let style = look.style.clone();
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _worker = worker;
            match picture {
                Some(bytes) => Background::decode(&bytes, scene, &style),
                None => Ok(Background::built_in(scene, &style)),
            }
        });
        let prepared = work
            .await
            .map_err(|error| NotPrepared::Unusable(error.to_string()))?
            .map_err(|error| NotPrepared::Unusable(error.to_string()))?;
        self.tally.backgrounds_prepared(1);
        Ok(prepared)
    }

    async fn bytes(&self, hash: &ContentHash) -> Result<Bytes, NotPrepared> {
        match tokio::time::timeout(BYTES_WITHIN, self.assets.get(hash)).await {
            Ok(got) => got.map_err(|error| NotPrepared::Unusable(error.to_string())),
            Err(_) => Err(NotPrepared::Unusable(
                "its bytes take too long to come".to_owned(),
            )),
        }
    }
}

/// A place among those that wait; given back when it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Option<Self> {
        let place = Self(count);
        (count.fetch_add(1, Ordering::Relaxed) < WAITING_MAX).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
