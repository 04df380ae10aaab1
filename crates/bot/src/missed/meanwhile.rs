//! What the gateway tells of a guild while a page of its members is on its way.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::event::Event;
use domain::id::{GuildId, UserId};
use tokio::sync::Notify;

/// Keeps a page from telling what is no longer so: whoever left since it was asked for is not taken from it, whoever
/// passed screening since is no longer waited for, and after a new session began nothing is taken, since that begins the
/// search anew.
#[derive(Debug, Default)]
pub(crate) struct Meanwhile {
    page: Mutex<Option<Page>>,
    ended: Notify,
}

/// A page that was asked for.
#[derive(Debug)]
struct Page {
    guild: GuildId,
    changes: Changes,
    is_void: bool,
}

/// What became of a guild's members since a page of them was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Who left, whether or not they came back.
    pub(crate) left: HashSet<UserId>,
    /// Who passed membership screening.
    pub(crate) passed: HashSet<UserId>,
}

impl Meanwhile {
    /// A page of the guild's members is about to be asked for.
    pub(crate) fn begin(&self, guild: GuildId) {
        *self.page() = Some(Page {
            guild,
            changes: Changes::default(),
            is_void: false,
        });
    }

    /// The gateway told something.
    pub(crate) fn hear(&self, event: &Event) {
        if let Some(page) = self.page().as_mut() {
            match event {
                Event::MemberLeft { guild, member } if *guild == page.guild => {
                    page.changes.left.insert(member.id);
                }
                Event::MemberUpdated {
                    guild,
                    user,
                    pending: Some(false),
                } if *guild == page.guild => {
                    page.changes.passed.insert(*user);
                }
                Event::GuildLeft(guild) if *guild == page.guild => page.is_void = true,
                Event::Ready { .. } => page.is_void = true,
                _ => {}
            }
        }
    }

    /// The page is taken, or did not come. Returns what changed since it was asked for; `None` when the page is void.
    pub(crate) fn end(&self) -> Option<Changes> {
        let page = self.page().take();
        self.ended.notify_one();
        page.filter(|page| !page.is_void).map(|page| page.changes)
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
    use domain::member::Member;

    use super::*;

    const TEA: GuildId = GuildId(1);

    fn leave(guild: GuildId, user: u64) -> Event {
        let member = Member {
            id: UserId(user),
            username: "guest".into(),
            global_name: None,
            nick: None,
            discriminator: 0,
            avatar: None,
            guild_avatar: None,
            bot: false,
        };
        Event::MemberLeft { guild, member }
    }

    #[test]
    fn who_left_or_passed_screening_while_the_page_was_asked_for_is_known() {
        let meanwhile = Meanwhile::default();
        meanwhile.hear(&leave(TEA, 1));
        meanwhile.begin(TEA);
        meanwhile.hear(&leave(TEA, 2));
        meanwhile.hear(&leave(GuildId(2), 3));
        for (user, pending) in [(4, Some(false)), (5, Some(true)), (6, None)] {
            meanwhile.hear(&Event::MemberUpdated {
                guild: TEA,
                user: UserId(user),
                pending,
            });
        }
        let changes = Changes {
            left: HashSet::from([UserId(2)]),
            passed: HashSet::from([UserId(4)]),
        };
        assert_eq!(meanwhile.end(), Some(changes));
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
