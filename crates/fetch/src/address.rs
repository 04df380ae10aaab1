//! Which addresses are global: those of the public internet, where anybody could ask for themselves.
//!
//! Source: IANA's "IPv4 Special-Purpose Address Registry" and "IPv6 Special-Purpose Address Registry", as known in August
//! 2026. Where the registry marks a small part of a special block as globally reachable (anycast services, relays), the
//! whole block is refused all the same: nobody keeps pictures there.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressKind {
    /// 0.0.0.0/8, ::
    Unspecified,
    /// 127.0.0.0/8, ::1
    Loopback,
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16
    Private,
    /// 100.64.0.0/10, which providers share among customers (CGNAT)
    Shared,
    /// 169.254.0.0/16, where clouds keep their metadata, and fe80::/10
    LinkLocal,
    /// fc00::/7
    UniqueLocal,
    /// fec0::/10
    SiteLocal,
    /// 224.0.0.0/4, ff00::/8
    Multicast,
    /// 255.255.255.255
    Broadcast,
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20
    Documentation,
    /// 198.18.0.0/15, 2001:2::/48
    Benchmarking,
    /// ::ffff:0:0/96, an IPv4 address in another dress
    V4Mapped,
    /// ::/96, likewise
    V4Compatible,
    /// 64:ff9b::/96 and 64:ff9b:1::/48, likewise, by way of a translator
    Nat64,
    /// 2002::/16 and its relays 192.88.99.0/24, likewise, by way of a tunnel
    SixToFour,
    /// 2001::/32, likewise
    Teredo,
    /// Any prefix with an interface of 0:5efe:a.b.c.d, likewise
    Isatap,
    /// 168.63.129.16, which looks global and is the host's own services in Azure
    CloudService,
    /// What the registries keep for protocols, or for later
    Reserved,
}

impl AddressKind {
    /// A short stable name, such as `link_local`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Shared => "shared",
            Self::LinkLocal => "link_local",
            Self::UniqueLocal => "unique_local",
            Self::SiteLocal => "site_local",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::V4Mapped => "v4_mapped",
            Self::V4Compatible => "v4_compatible",
            Self::Nat64 => "nat64",
            Self::SixToFour => "6to4",
            Self::Teredo => "teredo",
            Self::Isatap => "isatap",
            Self::CloudService => "cloud_service",
            Self::Reserved => "reserved",
        }
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "the address that means none",
            Self::Loopback => "an address of this machine itself",
            Self::Private => "an address of a private network",
            Self::Shared => "an address that a provider shares among customers",
            Self::LinkLocal => "a link-local address",
            Self::UniqueLocal => "a unique local address",
            Self::SiteLocal => "a site-local address",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "the broadcast address",
            Self::Documentation => "an address for documentation",
            Self::Benchmarking => "an address for benchmarks",
            Self::V4Mapped | Self::V4Compatible => "an IPv4 address written as IPv6",
            Self::Nat64 | Self::SixToFour | Self::Teredo | Self::Isatap => {
                "an IPv4 address behind a translator or a tunnel"
            }
            Self::CloudService => "an address of a cloud's own services",
            Self::Reserved => "a reserved address",
        })
    }
}

/// Why an address is not global; `None` where it is.
pub(crate) fn not_global(address: IpAddr) -> Option<AddressKind> {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

fn v4(address: Ipv4Addr) -> Option<AddressKind> {
    Some(match address.octets() {
        [0, ..] => AddressKind::Unspecified,
        [127, ..] => AddressKind::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressKind::Private,
        [100, 64..=127, ..] => AddressKind::Shared,
        [169, 254, ..] => AddressKind::LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => AddressKind::Documentation,
        [198, 18..=19, ..] => AddressKind::Benchmarking,
        [192, 88, 99, _] => AddressKind::SixToFour,
        [168, 63, 129, 16] => AddressKind::CloudService,
        [255, 255, 255, 255] => AddressKind::Broadcast,
        [224..=239, ..] => AddressKind::Multicast,
        [192, 0, 0, _] | [240..=255, ..] => AddressKind::Reserved,
        _ => return None,
    })
}

fn v6(address: Ipv6Addr) -> Option<AddressKind> {
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressKind::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressKind::Loopback,
        [0, 0, 0, 0, 0, 0xffff, ..] => AddressKind::V4Mapped,
        [0, 0, 0, 0, 0, 0, ..] => AddressKind::V4Compatible,
        [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => AddressKind::Nat64,
        [0xfc00..=0xfdff, ..] => AddressKind::UniqueLocal,
        [0xfe80..=0xfebf, ..] => AddressKind::LinkLocal,
        [0xfec0..=0xfeff, ..] => AddressKind::SiteLocal,
        [0xff00..=0xffff, ..] => AddressKind::Multicast,
        [0x2001, 0, ..] => AddressKind::Teredo,
        [0x2001, 2, 0, ..] => AddressKind::Benchmarking,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => AddressKind::Documentation,
        [0x2002, ..] => AddressKind::SixToFour,
        // The rest of what is kept for protocols.
        [0x2001, 0..=0x01ff, ..] => AddressKind::Reserved,
        [0x2000..=0x3fff, _, _, _, 0 | 0x0200, 0x5efe, ..] => AddressKind::Isatap,
        [0x2000..=0x3fff, ..] => return None,
        // Outside of 2000::/3 nothing is given out.
        _ => AddressKind::Reserved,
    })
}

#[cfg(test)]
mod tests;
