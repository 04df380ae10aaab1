//! Pictures of members, and files that people gave along.

use std::sync::Arc;
use std::time::Duration;

use breaker::{Outcome, Settings as BreakerSettings};
use bytes::{Bytes, BytesMut};
use domain::id::{GuildId, UserId};
use domain::member::Member;
use reqwest::{Client, StatusCode};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use crate::endpoints::{Endpoints, join};
use crate::health::{Guard, Health, RouteClass, now};
use crate::meter::{ClassFigures, RequestOutcome};
use crate::rest::{BuildError, RestError, cause, http_client};
use crate::retry::Retries;

/// The largest picture of a member that is read.
const PICTURE_LEN_MAX: usize = 8 * 1024 * 1024;

/// How long a picture may take in all: a welcome waits for it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How often a picture is asked for again in place: there is another one to fall back to.
const RETRIES_MAX: u32 = 1;

/// Sizes that Discord draws avatars at, px.
/// Source: Discord's documentation, "Reference", heading "Image Formatting", read in August 2026.
const SIZES_PX: [u16; 9] = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

/// Discord's pictures and files. Its requests carry no token and count on no limit of the API's.
#[derive(Clone, Debug)]
pub struct Cdn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Client,
    base: Url,
    guard: Guard,
    retries: Retries,
}

/// Why there is no picture or file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CdnError {
    /// The network failed.
    #[error("the file cannot be fetched: {0}")]
    Unreachable(String),
    /// It took longer than 10 s.
    #[error("the file cannot be fetched: it took longer than 10 s")]
    TooSlow,
    /// An answer other than the file; 404 once its address has expired.
    #[error("the file was answered with status {0}")]
    Status(u16),
    /// More than was asked for at most; 8 MiB for pictures of members.
    #[error("the file has more than {bytes_max} bytes")]
    TooLarge {
        /// What was asked for at most.
        bytes_max: usize,
    },
    /// The address is not the CDN's. Nothing was asked for.
    #[error("the address is not one of Discord's own files")]
    Foreign,
    /// Pictures have failed or been slow so often lately that none is asked for.
    #[error("pictures are not asked for now: Discord's have failed lately")]
    HeldBack,
}

impl CdnError {
    /// Whether it may be otherwise in a moment.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TooSlow => true,
            Self::Status(status) => *status >= 500,
            Self::TooLarge { .. } | Self::Foreign | Self::HeldBack => false,
        }
    }
}

impl Cdn {
    /// A client for the endpoint's pictures.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn new(endpoints: &Endpoints) -> Result<Self, BuildError> {
        Self::with_breaker(endpoints, BreakerSettings::default(), rand::random())
    }

    /// A client for the endpoint's pictures, with settings of one's own for when they are not asked for; the jitter of
    /// pauses follows from the seed.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn with_breaker(
        endpoints: &Endpoints,
        breaker: BreakerSettings,
        seed: u64,
    ) -> Result<Self, BuildError> {
        let http = http_client().connect_timeout(TIMEOUT / 2).build()?;
        Ok(Self(Arc::new(Inner {
            http,
            base: endpoints.cdn.clone(),
            guard: Guard::new(RouteClass::Pictures, breaker, seed),
            retries: Retries::new(RETRIES_MAX, seed, now()),
        })))
    }

    /// How pictures are doing.
    pub fn health(&self) -> Health {
        self.0.guard.health()
    }

    /// What requests of pictures came to.
    pub fn figures(&self) -> ClassFigures {
        self.0.guard.figures()
    }

    /// A member's avatar as a PNG file (still, where it is animated): the guild's own, else the account's, else the
    /// default one. One that is gone (they changed it since they joined) gives way to the default one.
    ///
    /// `size_px` is rounded up to a power of two from 16 to 4096; default avatars have a size of their own.
    ///
    /// # Errors
    /// [`CdnError`].
    pub async fn avatar(&self, guild: GuildId, member: &Member, size_px: u16) -> Result<Bytes, CdnError> {
        match self.picture(self.avatar_url(guild, member, size_px)).await {
            Err(CdnError::Status(404)) if has_avatar(member) => {
                self.picture(self.default_avatar_url(member)).await
            }
            answer => answer,
        }
    }

    /// A file that somebody gave along with a command or a modal, of at most `bytes_max` bytes. `url` is what Discord told
    /// of it, and is taken only where it leads to the CDN.
    ///
    /// # Errors
    /// [`CdnError`].
    pub async fn attachment(&self, url: &str, bytes_max: usize) -> Result<Bytes, CdnError> {
        let url = self.own(url).ok_or(CdnError::Foreign)?;
        self.file(url, bytes_max).await
    }

    /// The address, if it leads to the CDN.
    fn own(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let base = &self.0.base;
        let is_below = url
            .path()
            .strip_prefix(base.path().trim_end_matches('/'))
            .is_some_and(|rest| rest.starts_with('/'));
        let names_nobody = url.username().is_empty() && url.password().is_none();
        (url.origin() == base.origin() && is_below && names_nobody).then_some(url)
    }

    async fn picture(&self, url: Option<Url>) -> Result<Bytes, CdnError> {
        let url =
            url.ok_or_else(|| CdnError::Unreachable("the CDN's address cannot have a path".to_owned()))?;
        self.file(url, PICTURE_LEN_MAX).await
    }

    async fn file(&self, url: Url, bytes_max: usize) -> Result<Bytes, CdnError> {
        let deadline = Instant::now() + TIMEOUT;
        self.0.retries.call_begins(now());
        let mut tries = 0;
        loop {
            let answer = self.file_once(url.clone(), bytes_max, deadline).await;
            tries += 1;
            let again = match &answer {
                Err(error) if error.may_pass() && self.0.guard.held_for().is_none() => {
                    self.0.retries.pause_before(tries, now())
                }
                _ => None,
            };
            match again {
                Some(pause) if Instant::now() + pause < deadline => {
                    sleep(pause).await;
                    self.0.guard.meter().retry();
                }
                _ => return answer,
            }
        }
    }

    async fn file_once(&self, url: Url, bytes_max: usize, deadline: Instant) -> Result<Bytes, CdnError> {
        let meter = self.0.guard.meter();
        let permit = self.0.guard.acquire().map_err(|_: RestError| {
            meter.held_back();
            CdnError::HeldBack
        })?;
        let begun = Instant::now();
        let answer = timeout_at(deadline, self.fetch(url, bytes_max))
            .await
            .unwrap_or_else(|_| Err(CdnError::TooSlow));
        meter.request(met(&answer), begun.elapsed());
        let outcome = match &answer {
            Err(CdnError::Status(429)) => Outcome::Neutral,
            Err(error) if error.may_pass() => Outcome::Bad,
            _ => Outcome::Good,
        };
        permit.end(outcome, now());
        answer
    }

    async fn fetch(&self, url: Url, bytes_max: usize) -> Result<Bytes, CdnError> {
        let unreachable = |error| CdnError::Unreachable(cause(error));
        let mut response = self.0.http.get(url).send().await.map_err(unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(CdnError::Status(response.status().as_u16()));
        }
        let told_len = response
            .content_length()
            .and_then(|len| usize::try_from(len).ok())
            .unwrap_or(0);
        if told_len > bytes_max {
            return Err(CdnError::TooLarge { bytes_max });
        }
        let mut file = BytesMut::with_capacity(told_len);
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if file.len() + chunk.len() > bytes_max {
                return Err(CdnError::TooLarge { bytes_max });
            }
            file.extend_from_slice(&chunk);
        }
        Ok(file.freeze())
    }

    /// Where a member's avatar is.
    /// Source: Discord's documentation, "Reference", heading "CDN Endpoints", read in August 2026.
    fn avatar_url(&self, guild: GuildId, member: &Member, size_px: u16) -> Option<Url> {
        let user = member.id.to_string();
        let mut url = match (hash(&member.guild_avatar), hash(&member.avatar)) {
            (Some(hash), _) => {
                let path = [
                    "guilds",
                    &guild.to_string(),
                    "users",
                    &user,
                    "avatars",
                    &format!("{hash}.png"),
                ];
                join(&self.0.base, path)?
            }
            (None, Some(hash)) => join(&self.0.base, ["avatars", &user, &format!("{hash}.png")])?,
            (None, None) => return self.default_avatar_url(member),
        };
        let size = SIZES_PX.into_iter().find(|size| *size >= size_px).unwrap_or(4096);
        url.query_pairs_mut().append_pair("size", &size.to_string());
        Some(url)
    }

    fn default_avatar_url(&self, member: &Member) -> Option<Url> {
        let index = default_avatar(member.id, member.discriminator);
        join(&self.0.base, ["embed", "avatars", &format!("{index}.png")])
    }
}

/// What became of a request that was sent.
fn met(answer: &Result<Bytes, CdnError>) -> RequestOutcome {
    match answer {
        Ok(_) | Err(CdnError::TooLarge { .. }) => RequestOutcome::Ok,
        Err(CdnError::Status(429)) => RequestOutcome::Limited,
        Err(CdnError::Status(500..)) => RequestOutcome::Failed,
        Err(CdnError::Status(_)) => RequestOutcome::Refused,
        Err(CdnError::TooSlow) => RequestOutcome::Timeout,
        Err(CdnError::Unreachable(_) | CdnError::Foreign | CdnError::HeldBack) => RequestOutcome::Unreachable,
    }
}

fn has_avatar(member: &Member) -> bool {
    hash(&member.guild_avatar)
        .or_else(|| hash(&member.avatar))
        .is_some()
}

/// A hash that can be one: letters, digits and underscores. Anything else would lead to another path.
fn hash(hash: &Option<String>) -> Option<&str> {
    hash.as_deref().filter(|hash| {
        !hash.is_empty()
            && hash
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

fn default_avatar(user: UserId, discriminator: u16) -> u64 {
    match discriminator {
        0 => (user.0 >> 22) % 6,
        _ => u64::from(discriminator % 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(5);

    fn cdn() -> Cdn {
        Cdn::new(&Endpoints::default()).expect("a client")
    }

    fn member() -> Member {
        Member {
            id: UserId(175_928_847_299_117_063),
            username: "ada".into(),
            global_name: None,
            nick: None,
            discriminator: 0,
            avatar: Some("a_1269e74af4df7417b13759eae50c83dc".into()),
            guild_avatar: None,
            bot: false,
        }
    }

    fn url(member: &Member, size_px: u16) -> String {
        cdn().avatar_url(GUILD, member, size_px).expect("a URL").into()
    }

    #[test]
    fn animated_avatar_is_asked_for_as_a_still_picture() {
        assert_eq!(
            url(&member(), 256),
            "https://cdn.discordapp.com/avatars/175928847299117063/a_1269e74af4df7417b13759eae50c83dc.png?size=256"
        );
    }

    #[test]
    fn guild_avatar_goes_before_the_accounts() {
        let member = Member {
            guild_avatar: Some("beef".into()),
            ..member()
        };
        assert_eq!(
            url(&member, 256),
            "https://cdn.discordapp.com/guilds/5/users/175928847299117063/avatars/beef.png?size=256"
        );
    }

    #[test]
    fn default_avatar_goes_by_id_or_by_discriminator() {
        let nobody = Member {
            avatar: None,
            ..member()
        };
        let by_id = (175_928_847_299_117_063_u64 >> 22) % 6;
        assert_eq!(
            url(&nobody, 256),
            format!("https://cdn.discordapp.com/embed/avatars/{by_id}.png")
        );
        let old = Member {
            discriminator: 1337,
            ..nobody
        };
        assert_eq!(url(&old, 256), "https://cdn.discordapp.com/embed/avatars/2.png");
    }

    #[test]
    fn addresses_elsewhere_are_not_the_cdns() {
        let base = "https://cdn.discordapp.com";
        for (url, is_own) in [
            (
                format!("{base}/ephemeral-attachments/1/2/a.png?ex=1&is=2&hm=3"),
                true,
            ),
            (format!("{base}:443/attachments/1/2/a.png"), true),
            (format!("{base}:444/attachments/1/2/a.png"), false),
            (format!("{base}.example.org/attachments/1/2/a.png"), false),
            (
                "http://cdn.discordapp.com/attachments/1/2/a.png".to_owned(),
                false,
            ),
            ("https://somebody@cdn.discordapp.com/a.png".to_owned(), false),
            ("https://cdn.discordapp.com@example.org/a.png".to_owned(), false),
            ("https://169.254.169.254/latest".to_owned(), false),
            ("file:///etc/passwd".to_owned(), false),
            ("//cdn.discordapp.com/a.png".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(cdn().own(&url).is_some(), is_own, "{url}");
        }
        let below = Endpoints {
            cdn: "http://127.0.0.1:9/cdn".parse().expect("a URL"),
            ..Endpoints::default()
        };
        let below = Cdn::new(&below).expect("a client");
        assert!(below.own("http://127.0.0.1:9/cdn/attachments/1/a.png").is_some());
        for other in [
            "http://127.0.0.1:9/control",
            "http://127.0.0.1:9/cdn/../control",
            "http://127.0.0.1:9/cdnx/a",
        ] {
            assert_eq!(below.own(other), None, "{other}");
        }
    }

    #[test]
    fn sizes_are_powers_of_two_within_bounds() {
        for (asked, given) in [
            (0, 16),
            (16, 16),
            (17, 32),
            (200, 256),
            (4096, 4096),
            (u16::MAX, 4096),
        ] {
            assert!(
                url(&member(), asked).ends_with(&format!("?size={given}")),
                "{asked}"
            );
        }
    }

    #[test]
    fn hash_that_would_leave_the_path_is_no_hash() {
        for hash in ["", "../../channels", "a/b", "a?b", "é"] {
            let member = Member {
                avatar: Some(hash.into()),
                ..member()
            };
            assert!(url(&member, 256).contains("/embed/avatars/"), "{hash:?}");
        }
    }
}
