//! Time zones.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::time::UnixMs;

/// A time zone of the IANA database, whose rules are compiled in. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// [`Zone::UTC`], for those who borrow it.
    pub fn utc() -> &'static Self {
        static UTC: Zone = Zone::UTC;
        &UTC
    }

    /// The zone of a name such as `Asia/Taipei`; `None` where there is none.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned())
    }

    /// Its rules.
    pub(crate) fn rules(&self) -> TimeZone {
        self.0.clone()
    }

    /// What calendar and clock show there; `None` outside of the years that there are dates for.
    pub(crate) fn at(&self, time: UnixMs) -> Option<Zoned> {
        let timestamp = Timestamp::from_millisecond(time.0).ok()?;
        Some(timestamp.to_zoned(self.0.clone()))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("?"))
    }
}
