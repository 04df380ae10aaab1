//! Discord: the gateway session and the REST client.
//!
//! The only crate that knows Discord's JSON or its client library. It does not know the store or the rules: what comes
//! in leaves as [`domain::event::Event`] or as an [`Interaction`], and what goes out is a [`NewMessage`] or a [`Reply`].
//!
//! Start reading at [`Shard`], which hands out frames and whose session outlives the process, then [`decode`] and
//! [`Frame::interaction`], which read a frame, then [`Rest`], whose errors say what a caller can do. It sends a request
//! again only where a second one has no second effect, within [`CALL_TIME_MAX`], and leaves Discord alone while it is not
//! well ([`Health`]); beyond that, whoever owns the work decides, from [`RestError::verdict`].

mod cdn;
mod command;
mod component;
mod embed;
mod endpoints;
mod gateway;
mod health;
mod interaction;
mod invite;
mod meter;
mod permissions;
mod rest;
mod retry;
mod tls;
mod token;

pub use breaker::{
    Rates as BreakerRates, Reason as BreakerReason, Settings as BreakerSettings, State as BreakerState,
};
pub use cdn::{Cdn, CdnError};
pub use command::{Choice, CommandDefinition, CommandOption, Localizations, OptionKind, RegisteredCommands};
pub use component::{
    Accessory, ActionRow, Button, ButtonStyle, COMPONENTS_MAX, ChannelSelect, ChannelType, Component,
    FileUpload, FormError, Media, Modal, ModalInput, ModalPart, SelectOption, StringSelect, TextInput,
};
pub use embed::Embed;
pub use endpoints::Endpoints;
pub use gateway::{
    Connection, DecodeError, DecodeProblem, Decoded, EventName, Frame, GatewayError, IdentifyQueue, Resume,
    Session, Shard, ShardConfig, Standing, Unanswering, answers_at, decode,
};
pub use health::{Health, RouteClass};
pub use interaction::{
    ANSWER_WITHIN, Answer, FOLLOW_UP_WITHIN, FieldValue, Fields, Incoming, Interaction, InteractionKind,
    InteractionToken, OptionValue, Options, Reply, ReplyTo, ResolvedAttachment, ResolvedChannel,
    ResolvedUser, Unanswerable, Unserved, UnservedReason,
};
pub use invite::invite_url;
pub use meter::{ClassFigures, RequestOutcome};
pub use permissions::{
    GuildRoles, Overwrite, OverwriteOf, Permission, Permissions, RankedRole, Role, permissions_in_channel,
};
pub use rest::{
    Application, ApplicationFlags, Attachment, BuildError, CALL_TIME_MAX, Channel, CurrentUser, GatewayBot,
    Grant, LimitFigures, LimitScope, MemberPage, NewMessage, PostedMessage, PrivilegedIntent, Refusal, Rest,
    RestError, RestOptions, SeenMessage, SessionStartLimit, Verdict,
};
pub use tls::install_tls;
pub use token::{Token, TokenError};
