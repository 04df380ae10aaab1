//! Counts messages: by their guild's rules, and those in a thread by what the guild chose for the thread's parent.

use std::sync::Arc;

use domain::event::Message;
use domain::id::{ChannelId, GuildId};

use super::{Ended, ShardLoop};

impl ShardLoop {
    /// Adds somebody's message to what is summed, unless it was counted before.
    pub(super) async fn count_message(&mut self, message: &Message) -> Result<(), Ended> {
        let mut asks_for_parent = self.batch.activity.asks_for_parent(message);
        if asks_for_parent.is_none() {
            self.learn_rules(message.guild).await?;
            asks_for_parent = self.batch.activity.asks_for_parent(message);
        }
        let parent = if asks_for_parent == Some(true) {
            self.parent_of(message.guild, message.channel).await?
        } else {
            None
        };
        self.batch.told_at = self.batch.told_at.max(Some(message.id.created_at()));
        if !self.recent.is_first(message.id) {
            self.parts.tally.messages_told_twice(1);
        } else if self.batch.activity.add(message, parent) {
            self.batch.counted += 1;
        }
        Ok(())
    }

    /// Tells the batch what a guild chose.
    async fn learn_rules(&mut self, guild: GuildId) -> Result<(), Ended> {
        let plans = Arc::clone(&self.parts.plans);
        let rules = self.patiently(|| plans.activity(guild)).await?;
        self.batch.activity.set_rules(guild, rules);
        Ok(())
    }

    /// The channel that a thread was begun in, by all that was told before now; `None` for what is not known as a thread.
    async fn parent_of(&mut self, guild: GuildId, channel: ChannelId) -> Result<Option<ChannelId>, Ended> {
        if let Some(known) = self.threads.parent(guild, channel) {
            return Ok(known);
        }
        let mut effects = self.batch.effects.iter();
        if effects.any(|effect| effect.may_change_threads(guild)) {
            // What came before must be there to be read. The batch that begins knows no rules.
            self.commit().await?;
            self.learn_rules(guild).await?;
        }
        let store = self.parts.store.clone();
        let parent = self.patiently(|| store.thread_parent(guild, channel)).await?;
        self.threads.learn(guild, channel, parent);
        Ok(parent)
    }
}
