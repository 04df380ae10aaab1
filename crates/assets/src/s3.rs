//! Files in a bucket.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::client::{HttpClient, HttpConnector};
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use secrecy::ExposeSecret;

use crate::options::S3Options;

/// How long a connection and one request may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request that failed is sent again, and until when. All that we ask can be asked twice.
const RETRIES_MAX: usize = 3;
const RETRY_WITHIN: Duration = Duration::from_secs(30);

/// A client of the bucket. Nothing is asked yet.
pub(crate) fn open(options: &S3Options) -> object_store::Result<Arc<dyn ObjectStore>> {
    let S3Options {
        bucket,
        endpoint,
        region,
        keys,
        ..
    } = options;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_access_key_id(&keys.id)
        .with_secret_access_key(keys.secret.expose_secret())
        .with_http_connector(Connector)
        // One request for each file: not every server knows the one for many.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(100),
                max_backoff: Duration::from_secs(2),
                base: 2.0,
            },
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY_WITHIN,
        });
    if let Some(token) = &keys.session_token {
        builder = builder.with_token(token.expose_secret());
    }
    if let Some(endpoint) = endpoint {
        builder = builder
            .with_endpoint(endpoint.as_str().trim_end_matches('/'))
            .with_allow_http(endpoint.scheme() == "http");
    }
    Ok(Arc::new(builder.build()?))
}

/// Makes the HTTP client as the others of ours: rustls with the roots in the binary, no proxy from the environment.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| object_store::Error::Generic {
                store: "S3",
                source: Box::new(error),
            })?;
        Ok(HttpClient::new(client))
    }
}
