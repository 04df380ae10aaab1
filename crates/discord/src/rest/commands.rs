//! Which slash commands Discord offers in our name.

use domain::id::ApplicationId;
use reqwest::Method;
use serde_json::Value;

use super::client::{Call, Content, Rest};
use super::error::RestError;
use super::limiter::Route;
use crate::command::{self, CommandDefinition, RegisteredCommands};
use crate::health::RouteClass;

impl Rest {
    /// GET /applications/{application}/commands: the commands for all guilds.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn global_commands(&self, application: ApplicationId) -> Result<RegisteredCommands, RestError> {
        let told: Vec<Value> = self
            .get(
                RouteClass::Ourselves,
                Route::new("GET applications/*/commands", 0),
                &["applications", &application.to_string(), "commands"],
                &[("with_localizations", "true".to_owned())],
            )
            .await?;
        Ok(RegisteredCommands::read(&told))
    }

    /// PUT /applications/{application}/commands: puts these commands in place of all that there are for all guilds. Those
    /// that keep their name keep their id, and the settings that guilds made for it.
    ///
    /// # Errors
    /// [`RestError`]: [`Refusal::InvalidForm`](crate::Refusal::InvalidForm) where Discord does not take a definition.
    pub async fn overwrite_global_commands(
        &self,
        application: ApplicationId,
        commands: &[CommandDefinition],
    ) -> Result<RegisteredCommands, RestError> {
        let json = serde_json::to_vec(&command::json(commands)).expect("a tree of JSON always serialises");
        let told: Vec<Value> = self
            .call(Call {
                class: RouteClass::Ourselves,
                route: Route::new("PUT applications/*/commands", 0),
                method: Method::PUT,
                path: &["applications", &application.to_string(), "commands"],
                query: &[],
                content: Content::Json {
                    json,
                    files: &[],
                    repeatable: true,
                },
            })
            .await?
            .read()?;
        Ok(RegisteredCommands::read(&told))
    }
}
