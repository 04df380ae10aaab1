//! What stands before a frame's data: its number, and what it tells of.

use twilight_model::gateway::event::GatewayEventDeserializer;

/// A frame without its data. Read once, and kept with the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::gateway) struct Header {
    pub(in crate::gateway) op: u8,
    pub(super) sequence: Option<u64>,
    /// `None` for what is no dispatch.
    pub(in crate::gateway) event: Option<EventName>,
    /// Where the data begins, when the header is written as Discord writes it and the data comes last.
    pub(super) data_at: Option<usize>,
}

/// The events that are told apart, by their names.
///
/// Source: Discord's documentation, "Gateway Events", heading "Receive Events", read in August 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventName {
    /// `MESSAGE_CREATE`
    MessageCreate,
    /// `GUILD_MEMBER_ADD`
    GuildMemberAdd,
    /// `GUILD_MEMBER_REMOVE`
    GuildMemberRemove,
    /// `GUILD_MEMBER_UPDATE`
    GuildMemberUpdate,
    /// `CHANNEL_CREATE`
    ChannelCreate,
    /// `CHANNEL_UPDATE`
    ChannelUpdate,
    /// `CHANNEL_DELETE`
    ChannelDelete,
    /// `GUILD_ROLE_CREATE`
    GuildRoleCreate,
    /// `GUILD_ROLE_UPDATE`
    GuildRoleUpdate,
    /// `GUILD_ROLE_DELETE`
    GuildRoleDelete,
    /// `THREAD_CREATE`
    ThreadCreate,
    /// `THREAD_UPDATE`
    ThreadUpdate,
    /// `THREAD_DELETE`
    ThreadDelete,
    /// `THREAD_LIST_SYNC`
    ThreadListSync,
    /// `GUILD_CREATE`
    GuildCreate,
    /// `GUILD_UPDATE`
    GuildUpdate,
    /// `GUILD_DELETE`
    GuildDelete,
    /// `INTERACTION_CREATE`
    InteractionCreate,
    /// `READY`
    Ready,
    /// `RESUMED`
    Resumed,
    /// One that we do not use.
    Other,
}

impl Header {
    /// Looks for a header; `None` where there is not even the number of an operation.
    pub(in crate::gateway) fn read(text: &str) -> Option<Self> {
        Self::read_usual(text).or_else(|| Self::search(text))
    }

    /// The number of a dispatch; `None` for what is none.
    pub(in crate::gateway) fn dispatch(&self) -> Option<u64> {
        self.sequence.filter(|_| self.op == 0)
    }

    /// The header of a dispatch as Discord writes it: `{"t":"NAME","s":1,"op":0,"d":`, with not a byte more. What is
    /// accepted here, [`Header::search`] would find as well.
    fn read_usual(text: &str) -> Option<Self> {
        let (name, rest) = text.strip_prefix(r#"{"t":""#)?.split_once('"')?;
        if !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            return None;
        }
        let rest = rest.strip_prefix(r#","s":"#)?;
        // Nineteen digits always fit.
        let len = rest.bytes().take(19).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = rest.split_at_checked(len).filter(|_| len > 0)?;
        let sequence = digits
            .bytes()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        let data = rest.strip_prefix(r#","op":0,"d":"#)?;
        Some(Self {
            op: 0,
            sequence: Some(sequence),
            event: Some(EventName::of(name)),
            data_at: Some(text.len() - data.len()),
        })
    }

    /// Searches the text, in whatever order its fields are.
    fn search(text: &str) -> Option<Self> {
        let header = GatewayEventDeserializer::from_json(text)?;
        Some(Self {
            op: header.op(),
            sequence: header.sequence(),
            event: header.event_type().map(EventName::of),
            data_at: None,
        })
    }
}

impl EventName {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 21] = [
        Self::MessageCreate,
        Self::GuildMemberAdd,
        Self::GuildMemberRemove,
        Self::GuildMemberUpdate,
        Self::ChannelCreate,
        Self::ChannelUpdate,
        Self::ChannelDelete,
        Self::GuildRoleCreate,
        Self::GuildRoleUpdate,
        Self::GuildRoleDelete,
        Self::ThreadCreate,
        Self::ThreadUpdate,
        Self::ThreadDelete,
        Self::ThreadListSync,
        Self::GuildCreate,
        Self::GuildUpdate,
        Self::GuildDelete,
        Self::InteractionCreate,
        Self::Ready,
        Self::Resumed,
        Self::Other,
    ];

    /// The name as Discord writes it; `OTHER` for [`EventName::Other`].
    pub fn name(self) -> &'static str {
        match self {
            Self::MessageCreate => "MESSAGE_CREATE",
            Self::GuildMemberAdd => "GUILD_MEMBER_ADD",
            Self::GuildMemberRemove => "GUILD_MEMBER_REMOVE",
            Self::GuildMemberUpdate => "GUILD_MEMBER_UPDATE",
            Self::ChannelCreate => "CHANNEL_CREATE",
            Self::ChannelUpdate => "CHANNEL_UPDATE",
            Self::ChannelDelete => "CHANNEL_DELETE",
            Self::GuildRoleCreate => "GUILD_ROLE_CREATE",
            Self::GuildRoleUpdate => "GUILD_ROLE_UPDATE",
            Self::GuildRoleDelete => "GUILD_ROLE_DELETE",
            Self::ThreadCreate => "THREAD_CREATE",
            Self::ThreadUpdate => "THREAD_UPDATE",
            Self::ThreadDelete => "THREAD_DELETE",
            Self::ThreadListSync => "THREAD_LIST_SYNC",
            Self::GuildCreate => "GUILD_CREATE",
            Self::GuildUpdate => "GUILD_UPDATE",
            Self::GuildDelete => "GUILD_DELETE",
            Self::InteractionCreate => "INTERACTION_CREATE",
            Self::Ready => "READY",
            Self::Resumed => "RESUMED",
            Self::Other => "OTHER",
        }
    }

    /// Nearly all are the first.
    fn of(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|event| event.name() == name).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn usual_header_is_what_a_search_finds(
            start in prop_oneof![Just(r#"{"t":""#), Just(r#"{ "t":""#), Just(r#"{"t":"#)],
            name in prop_oneof![Just("MESSAGE_CREATE".to_owned()), "[A-Z_]{0,6}", r#"[A-Z"\\:,a]{0,8}"#],
            sequence in prop_oneof![any::<u64>().prop_map(|n| n.to_string()), "[0-9]{0,21}", "[+-]?[0-9]{1,3}"],
            op in prop_oneof![Just(r#"","s":X,"op":0,"d":"#), Just(r#"","op":0,"s":X,"d":"#), Just(r#"","s":X,"op":10,"d":"#)],
            rest in r#"[{}"dsopt:0-9,]{0,20}"#,
        ) {
            let text = format!("{start}{name}{}{rest}", op.replace('X', &sequence));
            if let Some(usual) = Header::read_usual(&text) {
                let at = usual.data_at.expect("it knows where the data begins");
                prop_assert_eq!(&text[at - 5..at], r#","d":"#);
                prop_assert_eq!(Some(Header { data_at: None, ..usual }), Header::search(&text));
            }
        }
    }

    #[test]
    fn header_as_discord_writes_it_needs_no_search() {
        let usual =
            Header::read_usual(r#"{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{}}"#).expect("the usual form");
        assert_eq!((usual.op, usual.sequence, usual.data_at), (0, Some(42), Some(40)));
        assert_eq!(usual.event, Some(EventName::MessageCreate));
    }
}
