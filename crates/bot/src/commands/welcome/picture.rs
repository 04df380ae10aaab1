//! Pictures that admins give: from wherever they lie to the place where they are kept, and the reasons why not.
//!
//! What strangers name or send is fetched within limits, decoded on a thread of its own and written anew; only that is
//! kept. The bytes are kept first, then noted, then chosen, so that a guild never names a picture that is not there; what
//! was kept and not chosen is collected when it is a day old.

use std::sync::Arc;
use std::time::Duration;

use assets::AssetStore;
use bytes::Bytes;
use card::{DecodeError, Format, Normalised, PICTURE_BYTES_MAX, PICTURE_SIDE_MAX_PX};
use discord::{CdnError, ResolvedAttachment};
use domain::settings::{Field, FieldChange, Patch, SettingError, StoredSettings};
use fetch::{FetchError, Fetcher};
use store::Asset;
use tokio::sync::Semaphore;
use tracing::{error, info};

use crate::commands::call::Call;
use crate::commands::refused::Refused;
use crate::commands::shown;
use crate::commands::words::Words;

/// The most pictures in hand at once, from the first byte on: each may have 8 MiB.
const IN_HAND_MAX: usize = 8;

/// How long the place where pictures are kept may take.
const KEPT_WITHIN: Duration = Duration::from_secs(15);

/// What taking pictures needs.
pub(crate) struct Pictures {
    assets: AssetStore,
    fetcher: Fetcher,
    in_hand: Semaphore,
    /// One is decoded at a time: the largest takes 260 MB.
    decoder: Arc<Semaphore>,
}

/// Where a picture is to be had.
pub(super) enum Source<'a> {
    /// It was given along.
    Attached(&'a ResolvedAttachment),
    /// It lies at a URL that somebody wrote.
    Url(&'a str),
}

impl Pictures {
    pub(crate) fn new(assets: AssetStore, fetcher: Fetcher) -> Self {
        Self {
            assets,
            fetcher,
            in_hand: Semaphore::new(IN_HAND_MAX),
            decoder: Arc::new(Semaphore::new(1)),
        }
    }
}

/// Takes a picture and makes it the guild's background. Returns the settings, and what was changed.
///
/// # Errors
/// [`Refused`]: no guild has it.
pub(super) async fn choose(
    call: &Call,
    from_version: u64,
    source: Source<'_>,
) -> Result<(Arc<StoredSettings>, Vec<FieldChange>), Refused> {
    let pictures = &call.services.pictures;
    let _place = pictures
        .in_hand
        .try_acquire()
        .map_err(|_| not_taken(Words::picture_busy))?;
    let bytes = bytes(call, source).await?;
    let picture = normalised(pictures, bytes).await?;
    let asset = keep(call, picture).await?;
    let patch = Patch::new().set(Field::CardBackground, &asset.hash);
    put(call, &asset).await?;
    match call.change_from(from_version, &patch).await {
        // An old picture that nobody used was forgotten between the note and the choice. The note is young now.
        Err(Refused::Setting(SettingError::NotAnAsset(_))) => {
            put(call, &asset).await?;
            call.change_from(from_version, &patch).await
        }
        done => done,
    }
}

async fn bytes(call: &Call, source: Source<'_>) -> Result<Bytes, Refused> {
    match source {
        Source::Attached(file) => {
            if usize::try_from(file.size_bytes).map_or(true, |len| len > PICTURE_BYTES_MAX) {
                return Err(too_many_bytes());
            }
            let got = call.services.cdn.attachment(&file.url, PICTURE_BYTES_MAX).await;
            got.map_err(|error| match error {
                CdnError::TooLarge { .. } => too_many_bytes(),
                error => {
                    info!(guild = %call.interaction.guild, %error, "a picture that was given along cannot be fetched");
                    not_taken(Words::picture_out_of_reach)
                }
            })
        }
        Source::Url(url) => match call.services.pictures.fetcher.get(url.trim()).await {
            Ok(fetched) => Ok(fetched.bytes),
            Err(error) => {
                info!(guild = %call.interaction.guild, reason = error.reason(), "a picture cannot be fetched from a URL");
                Err(not_taken(move |words| unfetched(words, &error)))
            }
        },
    }
}

async fn normalised(pictures: &Pictures, bytes: Bytes) -> Result<Normalised, Refused> {
    let turn = Arc::clone(&pictures.decoder)
        .acquire_owned()
        .await
        .expect("nobody closes it");
    let work = tokio::task::spawn_blocking(move || {
        // Held until the work is done, also when nobody waits for it any more.
        let _turn = turn;
        card::normalise(&bytes)
    });
    match work.await {
        Ok(Ok(picture)) => Ok(picture),
        Ok(Err(error)) => Err(not_taken(move |words| undecoded(words, &error))),
        Err(error) => {
            error!(%error, "a picture brought its decoder down, please report it");
            Err(not_taken(|words| words.picture_broken("file")))
        }
    }
}

/// Keeps the bytes.
async fn keep(call: &Call, picture: Normalised) -> Result<Asset, Refused> {
    let size_bytes = picture.bytes.len() as u64;
    let media_type = Format::media_type(picture.format);
    let keeping = call.services.pictures.assets.put(picture.bytes.into());
    let hash = match tokio::time::timeout(KEPT_WITHIN, keeping).await {
        Ok(Ok(hash)) => hash,
        Ok(Err(error)) => {
            error!(%error, "a picture cannot be kept");
            return Err(not_taken(Words::picture_not_stored));
        }
        Err(_) => {
            error!("a picture cannot be kept: its place takes too long");
            return Err(not_taken(Words::picture_not_stored));
        }
    };
    Ok(Asset {
        hash: hash.to_string(),
        media_type: media_type.to_owned(),
        size_bytes,
        width_px: picture.width_px,
        height_px: picture.height_px,
        created_at: call.services.clock.now(),
    })
}

/// Notes it, so that it can be chosen.
async fn put(call: &Call, asset: &Asset) -> Result<(), Refused> {
    call.read(call.services.store.put_asset(asset.clone())).await
}

/// A reason, and that nothing was changed.
fn not_taken(reason: impl Fn(Words) -> String + Send + 'static) -> Refused {
    Refused::because(move |words| format!("{}\n{}", reason(words), words.picture_not_taken()))
}

fn too_many_bytes() -> Refused {
    not_taken(|words| words.picture_too_many_bytes(PICTURE_BYTES_MAX >> 20))
}

/// Why bytes are no picture for us.
fn undecoded(words: Words, error: &DecodeError) -> String {
    match error {
        DecodeError::UnknownFormat => words.picture_unknown_format(),
        DecodeError::TooManyBytes { .. } => words.picture_too_many_bytes(PICTURE_BYTES_MAX >> 20),
        DecodeError::TooLarge { width_px, height_px } => {
            words.picture_too_large(*width_px, *height_px, PICTURE_SIDE_MAX_PX)
        }
        DecodeError::Broken { format, .. } => words.picture_broken(&format.to_string()),
    }
}

/// Why a URL gave no bytes. To which address its name leads is nobody's business.
fn unfetched(words: Words, error: &FetchError) -> String {
    let host = |host: &str| shown::inline(host, 80);
    match error {
        FetchError::UrlTooLong { len_max } => words.url_too_long(*len_max),
        FetchError::NotAUrl(_) => words.url_not_a_url(),
        FetchError::NotHttps => words.url_not_https(),
        FetchError::HasUserInfo => words.url_has_user_info(),
        FetchError::OtherPort(port) => words.url_other_port(*port),
        FetchError::HostNotPublic { host: name } | FetchError::AddressNotGlobal { host: name, .. } => {
            words.url_not_public(&host(name))
        }
        FetchError::NameNotFound { host: name } => words.url_name_not_found(&host(name)),
        FetchError::Unreachable { host: name, .. } => words.url_unreachable(&host(name)),
        FetchError::Tls { host: name, .. } => words.url_not_secure(&host(name)),
        FetchError::NotHttp { host: name }
        | FetchError::BadRedirect { host: name }
        | FetchError::Compressed { host: name } => words.url_no_answer(&host(name)),
        FetchError::TooManyRedirects { redirects_max } => words.url_too_many_redirects(*redirects_max),
        FetchError::Status { host: name, status } => words.url_status(&host(name), *status),
        FetchError::TooLarge { len_max } => words.picture_too_many_bytes(*len_max >> 20),
        FetchError::BrokenOff { host: name } => words.url_broken_off(&host(name)),
        FetchError::TooSlow { time_max } => words.url_too_slow(time_max.as_secs()),
        FetchError::Busy => words.picture_busy(),
        FetchError::Redirected(error) => words.url_redirected(&unfetched(words, error)),
        // It may learn to say more than we do.
        _ => words.url_failed(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::language::Language;

    use super::*;

    #[test]
    fn every_reason_has_a_sentence_of_its_own_in_every_language() {
        let host = || "a`b.example".to_owned();
        let io = || std::io::Error::other("x");
        let errors = [
            FetchError::UrlTooLong { len_max: 2048 },
            FetchError::NotAUrl("x".to_owned()),
            FetchError::NotHttps,
            FetchError::HasUserInfo,
            FetchError::OtherPort(8080),
            FetchError::HostNotPublic { host: host() },
            FetchError::NameNotFound { host: host() },
            FetchError::Unreachable {
                host: host(),
                source: io(),
            },
            FetchError::Tls {
                host: host(),
                source: io(),
            },
            FetchError::NotHttp { host: host() },
            FetchError::TooManyRedirects { redirects_max: 3 },
            FetchError::Status {
                host: host(),
                status: 404,
            },
            FetchError::TooLarge { len_max: 8 << 20 },
            FetchError::BrokenOff { host: host() },
            FetchError::TooSlow {
                time_max: Duration::from_secs(10),
            },
            FetchError::Busy,
            FetchError::Redirected(Box::new(FetchError::NotHttps)),
        ];
        for language in Language::ALL {
            let words = Words(language);
            let sentences: HashSet<String> = errors.iter().map(|error| unfetched(words, error)).collect();
            assert_eq!(sentences.len(), errors.len(), "{language}");
            assert!(
                sentences.iter().all(|sentence| !sentence.contains("a`b")),
                "a name cannot leave its span"
            );
            assert!(!sentences.contains(&words.url_failed()));
        }
    }
}
