//! A plain HTTP client of one simulator.

use std::sync::Arc;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sim::clock::Clock;
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::faults::FaultPlan;
use sim::rest::interactions::Interaction;

/// Long enough for a machine under load; nothing waits for it to pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const START_MS: i64 = 1_790_000_000_000;

/// A simulator whose clock stands, with a guild, and a client that names the bot's token.
pub(crate) struct Client {
    pub(crate) sim: Sim,
    pub(crate) guild: GuildHandle,
    pub(crate) http: reqwest::Client,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body; null where it is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("headers are text"))
    }

    /// Status and Discord's code.
    pub(crate) fn refusal(&self) -> (u16, i64) {
        (self.status, self.json()["code"].as_i64().unwrap_or(-1))
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.json()
        );
        self.json()
    }
}

impl Client {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut SimConfig)) -> Self {
        let mut config = SimConfig {
            clock: Clock::standing_at(START_MS),
            ..SimConfig::default()
        };
        config.limits.rest = sim::rest::limits::RestLimits::raised();
        change(&mut config);
        let sim = Sim::start(config).await.expect("a free port");
        let guild = sim.create_guild("茶館");
        // Nothing here is encrypted; the client wants to know how it would be all the same.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent("DiscordBot (https://example.org, 1)")
            .no_proxy()
            .build()
            .expect("a client");
        Self { sim, guild, http }
    }

    /// The system channel.
    pub(crate) fn channel(&self) -> u64 {
        self.guild.welcome_channel()
    }

    /// An interaction that has begun.
    pub(crate) fn interaction(&self, id: u64) -> Interaction {
        let found = self.sim.state().rest.interaction(id);
        found.expect("it has begun")
    }

    pub(crate) fn set_faults(&self, plan: &Value) {
        let plan: FaultPlan = serde_json::from_value(plan.clone()).expect("a plan");
        self.sim.set_faults(plan);
    }

    /// A request to REST that names the token.
    pub(crate) fn rest(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.sim.api_base()))
            .header("authorization", "Bot sim-token")
    }

    pub(crate) async fn send(request: RequestBuilder) -> Answer {
        Self::try_send(request).await.expect("an answer")
    }

    pub(crate) async fn try_send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.timeout(PATIENCE).send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await?.to_vec(),
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Self::send(self.rest(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Self::send(self.rest(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.rest(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.rest(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.rest(Method::PATCH, path).json(body)).await
    }

    /// Posts into the system channel.
    pub(crate) async fn create_message(&self, body: &Value) -> Answer {
        self.post(&format!("/channels/{}/messages", self.channel()), body)
            .await
    }

    /// Posts into the system channel with files, by name and bytes.
    pub(crate) async fn create_with_files(&self, body: &Value, files: &[(&str, &[u8])]) -> Answer {
        let path = format!("/channels/{}/messages", self.channel());
        Self::send(self.rest(Method::POST, &path).multipart(form(body, files))).await
    }

    /// What the system channel shows.
    pub(crate) fn shown(&self) -> Vec<String> {
        let messages = self.guild.welcome_messages();
        messages.into_iter().map(|message| message.text).collect()
    }

    /// A request to the control API.
    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        let url = format!("http://{}/sim{path}", self.sim.state().addr);
        let request = self.http.request(method, url);
        Self::send(if body.is_null() {
            request
        } else {
            request.json(body)
        })
        .await
    }
}

pub(crate) fn form(body: &Value, files: &[(&str, &[u8])]) -> Form {
    let payload = Part::text(body.to_string())
        .mime_str("application/json")
        .expect("a media type");
    files.iter().enumerate().fold(
        Form::new().part("payload_json", payload),
        |form, (index, (name, bytes))| {
            let part = Part::bytes(bytes.to_vec())
                .file_name((*name).to_owned())
                .mime_str("application/octet-stream")
                .expect("a media type");
            form.part(format!("files[{index}]"), part)
        },
    )
}

/// The header of a PNG of this size, and nothing behind it.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

/// Text of so many characters.
pub(crate) fn long(chars: usize) -> Value {
    json!("字".repeat(chars))
}
