//! A small S3 over a real socket: one bucket, two keys a page, and faults on demand.
//!
//! Source: Amazon's "S3 API Reference", the pages PutObject, GetObject, HeadObject, DeleteObject, ListObjectsV2 and "Error
//! responses", read in August 2026.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use assets::{AssetOptions, AssetStore, S3Keys, S3Options};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How many keys a page of the list has.
const PAGE_LEN: usize = 2;

/// The only key that may do anything.
pub(crate) const KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What the next request meets in place of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status, with a code as its error.
    Status(u16, &'static str),
    /// A content that is not the object's.
    Content(&'static [u8]),
}

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    seen: Vec<Seen>,
    faults: VecDeque<Fault>,
}

pub(crate) struct FakeS3 {
    pub(crate) address: SocketAddr,
    bucket: Arc<Mutex<Bucket>>,
    server: JoinHandle<()>,
}

impl Drop for FakeS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeS3 {
    pub(crate) async fn start() -> Self {
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let app = Router::new().fallback(answer).with_state(bucket.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self {
            address,
            bucket,
            server,
        }
    }

    pub(crate) fn options(&self) -> S3Options {
        S3Options {
            bucket: "pictures".to_owned(),
            prefix: "droas/backgrounds".to_owned(),
            endpoint: format!("http://{}", self.address).parse().ok(),
            region: "eu-central-1".to_owned(),
            keys: S3Keys {
                id: KEY_ID.to_owned(),
                secret: SECRET.into(),
                session_token: None,
            },
        }
    }

    pub(crate) fn store(&self) -> AssetStore {
        AssetStore::open(&AssetOptions::S3(self.options())).expect("valid options")
    }

    /// The next requests meet these, one each.
    pub(crate) fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.bucket.lock().expect("no panic").faults.extend(faults);
    }

    /// Forgets the faults that nobody met.
    pub(crate) fn heal(&self) {
        self.bucket.lock().expect("no panic").faults.clear();
    }

    /// The requests since the last time that they were taken.
    pub(crate) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.bucket.lock().expect("no panic").seen)
    }

    /// Puts an object of somebody else's.
    pub(crate) fn insert(&self, key: &str, content: &'static [u8]) {
        let mut bucket = self.bucket.lock().expect("no panic");
        bucket.objects.insert(key.to_owned(), Bytes::from_static(content));
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        let bucket = self.bucket.lock().expect("no panic");
        bucket.objects.keys().cloned().collect()
    }
}

async fn answer(State(bucket): State<Arc<Mutex<Bucket>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let mut bucket = bucket.lock().expect("no panic");
    bucket.seen.push(Seen {
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        headers: parts.headers.clone(),
        body: body.clone(),
    });
    match bucket.faults.pop_front() {
        Some(Fault::Status(status, code)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            return error(status, code);
        }
        Some(Fault::Content(content)) => return object(&parts.method, content.into()),
        None => {}
    }
    let authorization = parts.headers.get("authorization");
    let scope = format!("AWS4-HMAC-SHA256 Credential={KEY_ID}/");
    if !authorization.is_some_and(|value| value.as_bytes().starts_with(scope.as_bytes())) {
        return error(StatusCode::FORBIDDEN, "InvalidAccessKeyId");
    }
    let path = parts.uri.path().trim_start_matches('/');
    let (name, key) = path.split_once('/').unwrap_or((path, ""));
    if name != "pictures" {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket");
    }
    match parts.method {
        Method::GET if key.is_empty() => list(&bucket, parts.uri.query().unwrap_or_default()),
        Method::PUT => {
            bucket.objects.insert(key.to_owned(), body);
            (StatusCode::OK, [("etag", "\"e\"")]).into_response()
        }
        Method::GET | Method::HEAD => match bucket.objects.get(key) {
            Some(content) => object(&parts.method, content.clone()),
            None => error(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        Method::DELETE => {
            bucket.objects.remove(key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

/// Everything was kept just now.
fn object(method: &Method, content: Bytes) -> Response {
    let len = content.len().to_string();
    let headers = [
        ("etag", "\"e\"".to_owned()),
        ("last-modified", http_date()),
        ("content-length", len),
    ];
    match *method {
        Method::HEAD => (headers, Body::empty()).into_response(),
        _ => (headers, content).into_response(),
    }
}

fn list(bucket: &Bucket, query: &str) -> Response {
    let query: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(query.get("list-type").map(String::as_str), Some("2"));
    let prefix = query.get("prefix").map(String::as_str).unwrap_or_default();
    let after = query
        .get("continuation-token")
        .map(String::as_str)
        .unwrap_or_default();
    let mut keys = bucket
        .objects
        .iter()
        .filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
    let page: Vec<_> = keys.by_ref().take(PAGE_LEN).collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>");
    for (key, content) in &page {
        xml += &format!(
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>\"e\"</ETag><Size>{}</Size></Contents>",
            iso_date(),
            content.len()
        );
    }
    if let (Some((last, _)), Some(_)) = (page.last(), keys.next()) {
        xml +=
            &format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{last}</NextContinuationToken>");
    }
    xml += "</ListBucketResult>";
    ([("content-type", "application/xml")], xml).into_response()
}

fn error(status: StatusCode, code: &str) -> Response {
    let xml = format!("<Error><Code>{code}</Code><Message>Because of {code}.</Message></Error>");
    (status, [("content-type", "application/xml")], xml).into_response()
}

/// Seconds since 1970 as year, month, day, hour, minute, second; by Howard Hinnant's "days to civil" rule.
fn civil() -> [u64; 6] {
    let seconds = u64::try_from(crate::now().0 / 1000).expect("after 1970");
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    [year, month, day, time / 3600, time / 60 % 60, time % 60]
}

fn iso_date() -> String {
    let [year, month, day, hour, minute, second] = civil();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// The day of the week is not looked at by anybody.
fn http_date() -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let [year, month, day, hour, minute, second] = civil();
    let days = usize::try_from(crate::now().0 / 86_400_000).expect("after 1970");
    let month = MONTHS[usize::try_from(month - 1).expect("a month")];
    format!(
        "{}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT",
        DAYS[days % 7]
    )
}
