//! A few guilds' packed settings, side by side in one piece of memory.

use domain::id::GuildId;

/// Before each guild's settings: its id (8), when they were read (4), and their length with how much they are used (4).
const HEADER_LEN: usize = 16;
/// The most that is known of how much settings are used: two bits.
const USES_MAX: u32 = 3;

/// Guilds one after the other, in no order.
#[derive(Default)]
pub(super) struct Bucket(Vec<u8>);

/// A guild in a bucket.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    begin: usize,
    pub(super) guild: GuildId,
    /// When the settings were read, in seconds since 1970.
    pub(super) read_at: u32,
    len: usize,
    uses: u32,
}

impl Bucket {
    /// The memory that a bucket takes besides its content: itself, and what the allocator keeps of it.
    pub(super) const OVERHEAD: usize = size_of::<Self>() + 16;

    /// The memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        Self::OVERHEAD + self.0.capacity()
    }

    /// What a guild's settings take of it.
    pub(super) fn bytes_of(packed: &[u8]) -> usize {
        HEADER_LEN + packed.len()
    }

    pub(super) fn find(&self, guild: GuildId) -> Option<Entry> {
        self.entries().find(|entry| entry.guild == guild)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let entry = self.entry(at)?;
            at = entry.end();
            Some(entry)
        })
    }

    fn entry(&self, begin: usize) -> Option<Entry> {
        let header = self.0.get(begin..begin + HEADER_LEN)?;
        let (guild, header) = header.split_first_chunk().expect("as long as it is");
        let (read_at, len) = header.split_first_chunk().expect("as long as it is");
        let len = u32::from_le_bytes(len.try_into().expect("as long as it is"));
        Some(Entry {
            begin,
            guild: GuildId(u64::from_le_bytes(*guild)),
            read_at: u32::from_le_bytes(*read_at),
            len: usize::try_from(len >> 2).expect("it lies in memory"),
            uses: len & USES_MAX,
        })
    }

    pub(super) fn packed(&self, entry: Entry) -> &[u8] {
        &self.0[entry.begin + HEADER_LEN..entry.end()]
    }

    /// Adds a guild that is not there.
    pub(super) fn push(&mut self, guild: GuildId, read_at: u32, packed: &[u8]) {
        let len = u32::try_from(packed.len()).expect("far shorter than the room for it");
        // What grows by doubling would stand half empty.
        self.0.reserve_exact(Self::bytes_of(packed));
        self.0.extend_from_slice(&guild.0.to_le_bytes());
        self.0.extend_from_slice(&read_at.to_le_bytes());
        self.0.extend_from_slice(&(len << 2 | 1).to_le_bytes());
        self.0.extend_from_slice(packed);
    }

    pub(super) fn remove(&mut self, entry: Entry) {
        self.0.drain(entry.begin..entry.end());
        self.0.shrink_to_fit();
    }

    /// Notes that a guild was asked for.
    pub(super) fn used(&mut self, entry: Entry) {
        if entry.uses < USES_MAX {
            self.set_uses(entry, entry.uses + 1);
        }
    }

    /// Forgets a use of each guild, and lets go of those that had none. Returns how many that were.
    pub(super) fn sweep(&mut self) -> usize {
        let (mut at, mut removed) = (0, 0);
        while let Some(entry) = self.entry(at) {
            if entry.uses == 0 {
                self.0.drain(entry.begin..entry.end());
                removed += 1;
            } else {
                self.set_uses(entry, entry.uses - 1);
                at = entry.end();
            }
        }
        if removed > 0 {
            self.0.shrink_to_fit();
        }
        removed
    }

    fn set_uses(&mut self, entry: Entry, uses: u32) {
        // The lowest bits come first.
        let byte = &mut self.0[entry.begin + HEADER_LEN - 4];
        *byte = *byte & !3 | uses.to_le_bytes()[0];
    }

    /// Moves a guild to another bucket, as much used as it is here.
    pub(super) fn copy_to(&self, entry: Entry, other: &mut Self) {
        let bytes = &self.0[entry.begin..entry.end()];
        other.0.reserve_exact(bytes.len());
        other.0.extend_from_slice(bytes);
    }
}

impl Entry {
    fn end(self) -> usize {
        self.begin + HEADER_LEN + self.len
    }
}
