//! Answering interactions.
//!
//! None of these counts on the bot's global limit, and none of them names the bot's token: what they are allowed by is the
//! interaction's, which stands in the path and never in a log or an error.
//! Source: Discord's documentation, "Rate Limits", heading "Global Rate Limit", and "Receiving and Responding to
//! Interactions", headings "Responding to an Interaction" and "Followup Messages", read in August 2026.

use domain::id::MessageId;
use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use super::client::{Call, Content, Rest};
use super::error::{Refusal, RestError};
use super::limiter::Route;
use super::outcome::Answer as Answered;
use super::routes::id;
use crate::health::RouteClass;
use crate::interaction::{Answer, Reply, ReplyTo};

#[derive(Deserialize)]
struct Posted {
    id: String,
}

impl Rest {
    /// POST /interactions/{id}/{token}/callback: the first answer. It is sent again in place, since Discord takes only one;
    /// all of it ends when Discord does not wait any longer.
    ///
    /// # Errors
    /// [`RestError`]: `Unfit` where Discord would refuse the form, `TooLate` after [`ReplyTo::answer_by`],
    /// [`Refusal::InteractionAnswered`] where there was an answer before this one.
    pub async fn answer(&self, to: &ReplyTo, answer: &Answer) -> Result<(), RestError> {
        answer.check()?;
        if to.answer_by <= Instant::now() {
            return Err(RestError::TooLate);
        }
        let json = serde_json::to_vec(&answer.json()).expect("a tree of JSON always serialises");
        let call = Call {
            class: RouteClass::Interactions,
            route: route("POST interactions/*/*/callback", to),
            method: Method::POST,
            path: &["interactions", &to.id.to_string(), to.token.expose(), "callback"],
            query: &[],
            content: Content::Json {
                json,
                files: answer.files(),
                repeatable: true,
            },
        };
        match self.call_by(call, to.answer_by).await {
            Ok(_) => Ok(()),
            // The try of which nobody knew was taken: this is how Discord tells.
            Err(ended)
                if ended.doubt.is_some() && ended.last.refusal() == Some(Refusal::InteractionAnswered) =>
            {
                Ok(())
            }
            Err(ended) => Err(ended.whole()),
        }
    }

    /// PATCH /webhooks/{application}/{token}/messages/@original: puts a promised message there, or makes another of the
    /// one that answered, or of the one under which the component stands. Nothing of what it was before is left.
    ///
    /// # Errors
    /// [`RestError`]: [`Refusal::InteractionGone`] after a quarter of an hour.
    pub async fn edit_original(&self, to: &ReplyTo, reply: &Reply) -> Result<MessageId, RestError> {
        reply.check()?;
        let json = serde_json::to_vec(&reply.json(false)).expect("a tree of JSON always serialises");
        let content = Content::Json {
            json,
            files: &reply.attachments,
            repeatable: true,
        };
        let route = route("PATCH webhooks/*/*/messages/@original", to);
        posted(&self.webhook(to, route, Method::PATCH, true, content).await?)
    }

    /// POST /webhooks/{application}/{token}: a further message. Where the first was only promised, it takes that one's
    /// place. It is not sent again in place: a second one would be a second message.
    ///
    /// # Errors
    /// [`RestError`]: [`Refusal::InteractionGone`] after a quarter of an hour.
    pub async fn follow_up(&self, to: &ReplyTo, reply: &Reply) -> Result<MessageId, RestError> {
        reply.check()?;
        let json = serde_json::to_vec(&reply.json(true)).expect("a tree of JSON always serialises");
        let content = Content::Json {
            json,
            files: &reply.attachments,
            repeatable: false,
        };
        let route = route("POST webhooks/*/*", to);
        posted(&self.webhook(to, route, Method::POST, false, content).await?)
    }

    /// DELETE /webhooks/{application}/{token}/messages/@original: takes the answer away. One that is gone already is no
    /// error.
    ///
    /// # Errors
    /// [`RestError`]: [`Refusal::InteractionGone`] after a quarter of an hour.
    pub async fn delete_original(&self, to: &ReplyTo) -> Result<(), RestError> {
        let route = route("DELETE webhooks/*/*/messages/@original", to);
        match self.webhook(to, route, Method::DELETE, true, Content::None).await {
            Err(error) if error.refusal() == Some(Refusal::MessageGone) => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn webhook(
        &self,
        to: &ReplyTo,
        route: Route,
        method: Method,
        original: bool,
        content: Content<'_>,
    ) -> Result<Answered, RestError> {
        let application = to.application.to_string();
        let path = [
            "webhooks",
            &application,
            to.token.expose(),
            "messages",
            "@original",
        ];
        self.call(Call {
            class: RouteClass::Interactions,
            route,
            method,
            path: if original { &path } else { &path[..3] },
            query: &[],
            content,
        })
        .await
    }
}

fn posted(answer: &Answered) -> Result<MessageId, RestError> {
    let posted: Posted = answer.read()?;
    id(&posted.id)
}

/// Each interaction's token is a resource of its own, so no one waits for another's bucket.
fn route(name: &'static str, to: &ReplyTo) -> Route {
    Route {
        name,
        major: to.id.0,
        global: false,
        guarded: false,
    }
}
