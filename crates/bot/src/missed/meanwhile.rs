//! What the gateway tells of a guild while a page of its members is on its way.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::event::Event;
use domain::id::{GuildId, UserId};
use tokio::sync::Notify;

/// Keeps a page from telling what is no longer so: whoever left since it was asked for is not taken from it, and after a
/// new session began nothing is, since that begins the search anew.
#[derive(Debug, Default)]
pub(crate) struct Meanwhile {
    page: Mutex<Option<Page>>,
    ended: Notify,
}

/// A page that was asked for.
#[derive(Debug)]
struct Page {
    guild: GuildId,
    left: HashSet<UserId>,
    is_void: bool,
}

impl Meanwhile {
    /// A page of the guild's members is about to be asked for.
    pub(crate) fn begin(&self, guild: GuildId) {
        *self.page() = Some(Page {
            guild,
            left: HashSet::new(),
            is_void: false,
        });
    }

    /// The gateway told something.
    pub(crate) fn hear(&self, event: &Event) {
        if let Some(page) = self.page().as_mut() {
            match event {
                Event::MemberLeft { guild, user } if *guild == page.guild => {
                    page.left.insert(*user);
                }
                Event::GuildLeft(guild) if *guild == page.guild => page.is_void = true,
                Event::Ready { .. } => page.is_void = true,
                _ => {}
            }
        }
    }

    /// The page is taken, or did not come. Returns who left since it was asked for; `None` when the page is void.
    pub(crate) fn end(&self) -> Option<HashSet<UserId>> {
        let page = self.page().take();
        self.ended.notify_one();
        page.filter(|page| !page.is_void).map(|page| page.left)
    }

    /// Waits until the page that was begun is ended.
    pub(super) async fn wait_until_taken(&self) {
        while self.page().is_some() {
            self.ended.notified().await;
        }
    }

    fn page(&self) -> MutexGuard<'_, Option<Page>> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEA: GuildId = GuildId(1);

    fn leave(guild: GuildId, user: u64) -> Event {
        let user = UserId(user);
        Event::MemberLeft { guild, user }
    }

    #[test]
    fn who_left_while_the_page_was_asked_for_is_known() {
        let meanwhile = Meanwhile::default();
        meanwhile.hear(&leave(TEA, 1));
        meanwhile.begin(TEA);
        meanwhile.hear(&leave(TEA, 2));
        meanwhile.hear(&leave(GuildId(2), 3));
        assert_eq!(meanwhile.end(), Some(HashSet::from([UserId(2)])));
        assert_eq!(meanwhile.end(), None, "it is taken once");
    }

    #[test]
    fn page_from_before_a_new_session_is_void() {
        let ready = Event::Ready {
            bot: UserId(9),
            guilds: vec![TEA],
        };
        for event in [ready, Event::GuildLeft(TEA)] {
            let meanwhile = Meanwhile::default();
            meanwhile.begin(TEA);
            meanwhile.hear(&event);
            assert_eq!(meanwhile.end(), None, "{event:?}");
        }
    }
}
