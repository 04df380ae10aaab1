//! What stands in the log while the bot is used: nothing that others could use, and nothing that people wrote.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use sim::config::SimConfig;
use sim::faults::{FaultPlan, RequestFaults};
use sim::world::Id;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id as SpanId, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

use super::Managed;

/// Every line of this thread's log, down to the least important one of any library.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn line(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line<'_>)) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(text, "\n{} {}:", metadata.level(), metadata.target()).expect("memory takes it");
        record(&mut Line(&mut text));
    }

    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("memory takes it");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> SpanId {
        self.line(span.metadata(), |line| span.record(line));
        SpanId::from_u64(1)
    }

    fn record(&self, _: &SpanId, values: &Record<'_>) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.record(&mut Line(&mut text));
    }

    fn record_follows_from(&self, _: &SpanId, _: &SpanId) {}

    fn event(&self, event: &Event<'_>) {
        self.line(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &SpanId) {}

    fn exit(&self, _: &SpanId) {}
}

#[tokio::test]
async fn no_token_and_no_word_of_anybody_stands_in_the_log() {
    let log = Log::default();
    // While there is but one listener, `tracing` asks the thread that logs something first whether anybody listens to it,
    // and other tests' threads say no, for good. With a second one it asks all listeners.
    let _second = Dispatch::new(log.clone());
    // The test, the bot and the simulator share one thread.
    let _until_the_end = tracing::subscriber::set_default(log.clone());
    let managed = Managed::begin().await;
    let guild = managed.scenario.guild.clone();
    let manager = managed.manager;
    let mut used: Vec<Id> = Vec::new();
    let mut command = |name: &str, options| {
        let id = guild
            .command(manager, name, options)
            .expect("Discord's client lets them");
        used.push(id);
        id
    };
    for (name, options) in [
        ("settings show", json!({})),
        ("settings timezone", json!({"zone": "Nowhere/Persimmon"})),
        ("welcome message", json!({"text": "A persimmon for {mention}"})),
        ("welcome direct-message", json!({"text": "Persimmons, {name}?"})),
        ("welcome test", json!({})),
    ] {
        managed.answer(command(name, options)).await;
    }
    let window = command("welcome message", json!({}));
    managed.answer(window).await;
    let asked = managed.answer(command("welcome reset", json!({}))).await;
    let broken = |faults: RequestFaults| {
        managed.scenario.sim.set_faults(FaultPlan {
            interaction: faults,
            ..FaultPlan::default()
        });
    };
    broken(RequestFaults {
        error_before: 1.0,
        ..RequestFaults::default()
    });
    command("settings export", json!({}));
    let unanswered = |count| {
        let scenario = &managed.scenario;
        async move {
            scenario
                .bot_counts(|tally| tally.interactions_unanswered == count)
                .await;
        }
    };
    unanswered(1).await;
    broken(RequestFaults {
        reset_before: 1.0,
        ..RequestFaults::default()
    });
    command("settings audit", json!({}));
    unanswered(2).await;
    broken(RequestFaults::default());
    let fields = json!({"texts": "Ripe persimmons", "style": ["text"], "title": "", "colour": ""});
    let sent = guild.send_window(manager, window, fields).expect("it was opened");
    used.push(sent);
    managed.answer(sent).await;
    let message = asked.message.as_ref().expect("a message with buttons").id;
    let pressed = guild
        .press(manager, message, asked.button("Cancel"))
        .expect("the button is there");
    used.push(pressed);
    managed.answer(pressed).await;

    let sim = Arc::clone(managed.scenario.sim.state());
    managed.scenario.end().await;
    let log = log.text();
    for line in [
        "an interaction could not be answered",
        "posted a test",
        "a command was not carried out",
        "sending identify",
    ] {
        assert!(log.contains(line), "the log is not heard: {line:?}");
    }
    for id in used {
        let token = sim.rest.interaction(id).expect("known").token;
        assert!(!log.contains(&token), "the token of interaction {id}");
    }
    assert!(!log.contains(&SimConfig::default().token), "the bot's token");
    let line = log.lines().find(|line| line.to_lowercase().contains("persimmon"));
    assert_eq!(line, None, "what people write");
}
