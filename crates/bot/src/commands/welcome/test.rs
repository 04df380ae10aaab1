//! `/welcome test`: the caller's own welcome, posted for real.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use discord::{Answer, CommandOption, Refusal, Reply, RestError, Verdict};
use domain::id::{ChannelId, GuildId};
use domain::settings::Field;
use domain::time::UnixMs;
use tracing::info;

use super::{sample, standing};
use crate::commands::call::{Call, Done};
use crate::commands::definitions::sub_command;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// How long a guild waits from one test to the next.
const EVERY: Duration = Duration::from_secs(10);

/// When guilds tested last.
#[derive(Default)]
pub(crate) struct Tests(Mutex<HashMap<GuildId, UnixMs>>);

impl Tests {
    /// Takes the guild's turn; or tells how long it is until there is one.
    fn begin(&self, guild: GuildId, now: UnixMs) -> Result<(), Duration> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that may test again need not be remembered.
        last.retain(|_, at| now.since(*at) < EVERY);
        match last.get(&guild) {
            Some(at) => Err(EVERY.saturating_sub(now.since(*at))),
            None => {
                last.insert(guild, now);
                Ok(())
            }
        }
    }
}

pub(super) fn definition() -> CommandOption {
    sub_command(
        ["test", "測試", "测试", "テスト"],
        [
            "Posts your own welcome in the welcome channel, for everybody to see",
            "在歡迎頻道實際發送一次你的歡迎訊息，所有人都看得到",
            "在欢迎频道实际发送一次你的欢迎消息，所有人都看得到",
            "歓迎チャンネルに自分宛ての歓迎メッセージを実際に投稿する（全員に見えます）",
        ],
        Vec::new(),
    )
}

pub(super) async fn run(call: &Call) -> Done {
    let Some(channel) = standing::channel(call) else {
        return Err(Refused::because(Words::test_no_channel));
    };
    call.check_channel(Field::WelcomeChannel, channel).await?;
    let services = &call.services;
    let guild = call.interaction.guild;
    services.tests.begin(guild, call.now).map_err(|wait| {
        let seconds = wait.as_millis().div_ceil(1000).max(1);
        Refused::because(move |words| words.test_too_soon(u64::try_from(seconds).unwrap_or(1)))
    })?;
    let sample = sample::of(call, None).await?;
    let is_enabled = sample.plan.enabled;
    let mut message = sample.message;
    // No row of the outbox has such a nonce. A repeat of the call within itself is one message all the same.
    message.nonce = Some(format!("test-{}", call.interaction.id()));
    let posted = match services.rest.create_message(channel, &message).await {
        Ok(posted) => posted,
        Err(error) => return Err(refused(channel, &error)),
    };
    info!(%guild, %channel, user = %call.interaction.member.id, "posted a test");
    // Where somebody has just mended what a guild was parked for, what waits is posted now.
    services.access_news.changed(guild);
    let mut said = match posted.id {
        Some(message) => call.words.test_posted(&shown::link(guild, channel, message)),
        None => call.words.welcome_sent_in(&shown::channel(channel)),
    };
    if !is_enabled {
        said.push('\n');
        said.push_str(&call.words.still_disabled());
    }
    Ok(Answer::Message(Reply::private(said)))
}

/// Why Discord did not take the message.
fn refused(channel: ChannelId, error: &RestError) -> Refused {
    info!(%channel, %error, "a test was not posted");
    let sentence = move |say: fn(Words, &str) -> String| {
        Refused::because(move |words| say(words, &shown::channel(channel)))
    };
    match (error.refusal(), error.verdict()) {
        (Some(Refusal::ChannelGone), _) => Refused::because(Words::test_channel_gone),
        (Some(Refusal::MissingAccess), _) => sentence(Words::test_no_access),
        (Some(Refusal::MissingPermission), _) => sentence(Words::test_forbidden),
        (Some(Refusal::ChannelUnfit), _) => sentence(Words::test_channel_unfit),
        (Some(Refusal::Blocked), _) => Refused::because(Words::test_blocked),
        (_, Verdict::Unknown) => sentence(Words::test_in_doubt),
        (_, Verdict::Wait(_) | Verdict::NotSent | Verdict::TokenRefused) => {
            Refused::because(Words::test_not_now)
        }
        (_, Verdict::Refused | Verdict::ChannelClosed) => {
            let code = match error {
                RestError::Refused { code, .. } => *code,
                _ => 0,
            };
            Refused::because(move |words| words.test_refused(code))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use super::*;

    #[test]
    fn guild_tests_once_in_ten_seconds_and_does_not_hold_up_others() {
        let tests = Tests::default();
        let now = UnixMs(1_000_000);
        assert_eq!(tests.begin(GuildId(1), now), Ok(()));
        assert_eq!(
            tests.begin(GuildId(1), now + Duration::from_secs(4)),
            Err(Duration::from_secs(6))
        );
        assert_eq!(tests.begin(GuildId(2), now), Ok(()));
        assert_eq!(tests.begin(GuildId(1), now + EVERY), Ok(()));
        assert_eq!(
            tests.0.lock().expect("sound").len(),
            1,
            "who may again is forgotten"
        );
    }

    #[test]
    fn every_trouble_of_discords_has_words_of_its_own() {
        let of = |status, code| RestError::Refused {
            status,
            code,
            message: "whatever".to_owned(),
        };
        for (error, words) in [
            (of(404, 10003), "does not exist any more"),
            (of(403, 50001), "**View Channel**"),
            (of(403, 50013), "I may not post in <#7>"),
            (of(400, 50008), "takes no messages"),
            (of(400, 200_000), "filter"),
            (of(400, 50035), "code 50035"),
            (
                RestError::Unknown {
                    status: Some(502),
                    cause: String::new(),
                },
                "Look in <#7>",
            ),
            (
                RestError::RateLimited { retry_after: EVERY },
                "try again in a minute",
            ),
        ] {
            let said = refused(ChannelId(7), &error).sentence(Words(Language::English));
            assert!(said.contains(words), "{error}: {said}");
        }
    }
}
