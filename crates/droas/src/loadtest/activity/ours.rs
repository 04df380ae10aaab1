//! The store, as the bot uses it: tasks that each wait for their write, and what waits shares a transaction.

use anyhow::Context;
use domain::effect::Effect;
use store::{Batch, Place, Store, StoreError, StoreOptions};
use tokio::task::JoinSet;

use super::seen::Seen;
use super::workload::{Load, Operation};
use crate::loadtest::exactness::{Counted, Expected};

/// Workers that are tasks of this process, over one open store.
pub(super) struct Tasks {
    store: Store,
    /// For each worker its operations, phase by phase.
    work: Vec<Vec<Vec<Operation>>>,
}

impl Tasks {
    pub(super) async fn open(place: Place, load: &Load, workers: Vec<u32>) -> anyhow::Result<Self> {
        let mut options = StoreOptions::in_place(place);
        // More connections than workers would stand idle.
        options.connections = options.connections.min(workers.len().max(1));
        Ok(Self {
            store: open(&options).await?,
            work: workers.iter().map(|worker| load.of_worker(*worker)).collect(),
        })
    }

    pub(super) async fn phase(&mut self, phase: usize) -> Vec<Seen> {
        let mut running = JoinSet::new();
        for work in &mut self.work {
            let (store, operations) = (self.store.clone(), std::mem::take(&mut work[phase]));
            running.spawn(async move {
                let mut seen = Seen::begin();
                for operation in operations {
                    let outcome = count(&store, &operation).await;
                    seen.note(&operation, outcome.map_err(kind));
                }
                seen
            });
        }
        running.join_all().await
    }

    /// How many writes shared a transaction on average so far.
    pub(super) fn writes_per_transaction(&self) -> f64 {
        let stats = self.store.stats();
        stats.writes as f64 / stats.transactions.max(1) as f64
    }

    pub(super) async fn close(self) {
        self.store.close().await;
    }
}

async fn open(options: &StoreOptions) -> anyhow::Result<Store> {
    Store::open(options).await.context("the store cannot be opened")
}

/// Counts a message. It is stored when this returns.
async fn count(store: &Store, operation: &Operation) -> Result<(), StoreError> {
    let batch = Batch {
        at: operation.at,
        effects: vec![Effect::CountActivity(vec![operation.activity(operation.day())])],
        checkpoint: None,
    };
    store.commit(batch).await.map(|_| ())
}

fn kind(error: StoreError) -> String {
    match error {
        StoreError::Unavailable { .. } => "unavailable",
        StoreError::Broken { .. } => "broken",
        StoreError::IdTaken { .. } => "id taken",
        StoreError::Closed => "closed",
    }
    .to_owned()
}

/// Reads what is stored of the load's members.
pub(super) async fn recount(place: Place, load: &Load, expected: &Expected) -> anyhow::Result<Counted> {
    let store = open(&StoreOptions::in_place(place)).await?;
    let counted = Counted::of(&store, load.everybody(), |guild| load.has(guild), expected).await?;
    store.close().await;
    Ok(counted)
}
