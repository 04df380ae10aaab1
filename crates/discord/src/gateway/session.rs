//! What a session is known by.

/// A session, as Discord told it in READY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's id. Whoever has it and the token can take the session over.
    pub id: String,
    /// Where the session is resumed.
    pub resume_url: String,
}

/// Where to go on: a checkpoint of what was processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The session's id.
    pub session_id: String,
    /// Where the session is resumed. One that is no `ws` or `wss` address gives way to the gateway's own.
    pub resume_url: String,
    /// The sequence of the last frame that was processed: Discord replays what came after it.
    pub sequence: u64,
}
