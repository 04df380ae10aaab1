//! A guild whose owner uses the bot, and the bot's side of it.

use std::collections::BTreeMap;
use std::time::Duration;

use discord::{
    Cdn, CommandDefinition, CommandOption, IdentifyQueue, Incoming, Interaction, Localizations, OptionKind,
    Rest, RestOptions, Shard, ShardConfig, Unanswerable,
};
use domain::event::Event;
use domain::id::{ApplicationId, ChannelId, GuildId};
use domain::time::UnixMs;
use serde_json::{Map, Value};
use sim::config::SimConfig;
use sim::driver::{GuildHandle, Sim};
use sim::rest::interactions::{Callback, Use, start};

use crate::sim_client::{client, endpoints, token};

/// Longer than anything here takes, but for what hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Scene {
    pub(crate) sim: Sim,
    pub(crate) guild: GuildHandle,
    pub(crate) rest: Rest,
    pub(crate) cdn: Cdn,
    pub(crate) application: ApplicationId,
    shard: Shard,
}

pub(crate) fn option(name: &str, kind: OptionKind) -> CommandOption {
    CommandOption {
        name: name.to_owned(),
        name_localizations: Localizations::new(),
        description: "An option".to_owned(),
        description_localizations: Localizations::new(),
        kind,
    }
}

/// `/greet`, with an option of each kind that the tests fill in.
pub(crate) fn greet() -> CommandDefinition {
    let text = OptionKind::Text {
        required: false,
        len_min: None,
        len_max: Some(2000),
        choices: Vec::new(),
        autocomplete: true,
    };
    let channel = OptionKind::Channel {
        required: false,
        types: vec![discord::ChannelType::Text],
    };
    CommandDefinition {
        name: "greet".to_owned(),
        description: "Greets".to_owned(),
        options: vec![
            option("text", text),
            option("channel", channel),
            option("who", OptionKind::User { required: false }),
            option("file", OptionKind::Attachment { required: false }),
        ],
        ..CommandDefinition::default()
    }
}

impl Scene {
    pub(crate) async fn begin() -> Self {
        Self::begin_with(RestOptions::default()).await
    }

    /// A shard that is connected, and `/greet` registered.
    pub(crate) async fn begin_with(options: RestOptions) -> Self {
        let sim = Sim::start(SimConfig::default()).await.expect("a simulator");
        let guild = sim.create_guild("茶館");
        let rest = client(&sim, options);
        let application = rest.application().await.expect("an answer").id;
        rest.overwrite_global_commands(application, &[greet()])
            .await
            .expect("registered");
        let gateway = rest.gateway_bot().await.expect("an answer");
        let shard = Shard::open(ShardConfig {
            id: 0,
            count: 1,
            token: token(),
            gateway_url: gateway.url.clone(),
            resume: None,
            queue: IdentifyQueue::new(&gateway),
            seed: 1,
        });
        let mut scene = Self {
            cdn: Cdn::new(&endpoints(&sim)).expect("a client"),
            sim,
            guild,
            rest,
            application,
            shard,
        };
        while !matches!(scene.event().await, Event::GuildSeen { .. }) {}
        scene
    }

    pub(crate) fn guild_id(&self) -> GuildId {
        GuildId(self.guild.id)
    }

    pub(crate) fn channel(&self) -> ChannelId {
        ChannelId(self.guild.welcome_channel())
    }

    pub(crate) fn owner(&self) -> u64 {
        self.sim.world().guilds[&self.guild.id].owner
    }

    pub(crate) async fn event(&mut self) -> Event {
        let frame = tokio::time::timeout(PATIENCE, self.shard.next())
            .await
            .expect("in time")
            .expect("no refusal");
        frame.decode().expect("sound").event
    }

    /// What the next interaction is read as.
    pub(crate) async fn incoming(&mut self) -> Result<Incoming, Unanswerable> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.shard.next())
                .await
                .expect("in time")
                .expect("no refusal");
            let now = UnixMs(self.sim.state().clock().now_ms());
            if let Some(incoming) = frame.interaction(now) {
                return incoming;
            }
        }
    }

    /// The owner does something, and the bot hears of it.
    pub(crate) async fn used(&mut self, what: Use) -> Interaction {
        let owner = self.owner();
        start(self.sim.state(), self.guild.welcome_channel(), owner, what).expect("a person can do this");
        match self.incoming().await {
            Ok(Incoming::Used(interaction)) => *interaction,
            other => panic!("{other:?}"),
        }
    }

    /// The owner uses `/greet`.
    pub(crate) async fn greeted(&mut self) -> Interaction {
        self.used(command(Value::Null)).await
    }

    /// The owner uses a component under a message that answers `of`.
    pub(crate) async fn component(
        &mut self,
        of: &Interaction,
        custom_id: &str,
        values: &[String],
    ) -> Interaction {
        let message = self.sim_interaction(of).original.expect("there is an answer");
        self.used(Use::Component {
            message,
            custom_id: custom_id.to_owned(),
            values: values.to_vec(),
        })
        .await
    }

    /// The interaction as the simulator has it.
    pub(crate) fn sim_interaction(&self, of: &Interaction) -> sim::rest::interactions::Interaction {
        let found = self.sim.state().rest.interaction(of.id().0);
        found.expect("it is not forgotten")
    }

    /// The first answer, as the simulator took it.
    pub(crate) fn callback(&self, of: &Interaction) -> Callback {
        self.sim_interaction(of).callback.expect("it was answered")
    }

    /// The one message that the owner alone sees.
    pub(crate) fn private(&self, of: &Interaction) -> sim::world::message::Message {
        let private = self.sim_interaction(of).private;
        let mut messages = private.into_values();
        let only = messages.next().expect("there is one");
        assert!(messages.next().is_none(), "there is only one");
        only
    }
}

/// `/greet` with these options.
pub(crate) fn command(options: Value) -> Use {
    Use::Command {
        name: "greet".to_owned(),
        options: match options {
            Value::Object(options) => options,
            _ => Map::new(),
        },
        files: BTreeMap::new(),
    }
}
