use proptest::prelude::*;

use super::*;

/// The special blocks as the registries list them, once more and in another form than the code above.
const SPECIAL_V4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
];

const SPECIAL_V6: &[&str] = &[
    // Everything but 2000::/3, and what is of interest in it.
    "::/3",
    "4000::/2",
    "8000::/1",
    "::/128",
    "::1/128",
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    // Within 2000::/3.
    "2001::/23",
    "2001::/32",
    "2001:2::/48",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

/// A block as its first and its last address.
fn v4_block(text: &str) -> (u32, u32) {
    let (first, len) = text.split_once('/').expect("a block");
    let first: Ipv4Addr = first.parse().expect("an address");
    let len: u32 = len.parse().expect("a length");
    let host_bits = u32::MAX.checked_shr(len).unwrap_or(0);
    (first.to_bits(), first.to_bits() | host_bits)
}

fn v6_block(text: &str) -> (u128, u128) {
    let (first, len) = text.split_once('/').expect("a block");
    let first: Ipv6Addr = first.parse().expect("an address");
    let len: u32 = len.parse().expect("a length");
    let host_bits = u128::MAX.checked_shr(len).unwrap_or(0);
    (first.to_bits(), first.to_bits() | host_bits)
}

/// A tunnel's address by its lower half: 0:5efe or 200:5efe, then the IPv4 address.
fn is_tunnel(bits: u128) -> bool {
    matches!((bits >> 32) as u32, 0x0000_5efe | 0x0200_5efe)
}

fn any_v4() -> impl Strategy<Value = Ipv4Addr> {
    let block = prop::sample::select(SPECIAL_V4).prop_map(v4_block);
    let edge = block.clone().prop_flat_map(|(first, last)| {
        let edges = vec![first.wrapping_sub(1), first, last, last.wrapping_add(1)];
        prop::sample::select(edges)
    });
    let inside = block.prop_flat_map(|(first, last)| first..=last);
    prop_oneof![any::<u32>(), edge, inside].prop_map(Ipv4Addr::from_bits)
}

fn any_v6() -> impl Strategy<Value = Ipv6Addr> {
    let block = prop::sample::select(SPECIAL_V6).prop_map(v6_block);
    let edge = block.clone().prop_flat_map(|(first, last)| {
        let edges = vec![first.wrapping_sub(1), first, last, last.wrapping_add(1)];
        prop::sample::select(edges)
    });
    let inside = block.prop_flat_map(|(first, last)| first..=last);
    let given_out = any::<u128>().prop_map(|bits| bits >> 3 | 1 << 125);
    let tunnel = (any::<u64>(), any::<bool>(), any::<u32>()).prop_map(|(prefix, local, v4)| {
        let interface = if local { 0x0200_5efe_u128 } else { 0x5efe };
        u128::from(prefix) << 64 | interface << 32 | u128::from(v4)
    });
    prop_oneof![any::<u128>(), given_out, edge, inside, tunnel].prop_map(Ipv6Addr::from_bits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn v4_address_is_global_unless_a_special_block_holds_it(address in any_v4()) {
        let bits = address.to_bits();
        let special = SPECIAL_V4.iter().any(|block| {
            let (first, last) = v4_block(block);
            (first..=last).contains(&bits)
        });
        prop_assert_eq!(not_global(IpAddr::V4(address)).is_some(), special);
    }

    #[test]
    fn v6_address_is_global_unless_a_special_block_or_a_tunnel_holds_it(address in any_v6()) {
        let bits = address.to_bits();
        let special = SPECIAL_V6.iter().any(|block| {
            let (first, last) = v6_block(block);
            (first..=last).contains(&bits)
        });
        prop_assert_eq!(not_global(IpAddr::V6(address)).is_some(), special || is_tunnel(bits));
    }

    #[test]
    fn no_dress_of_a_v4_address_is_global(inner in any::<u32>(), subnet in any::<u16>()) {
        let (inner, subnet) = (u128::from(inner), u128::from(subnet));
        let head = |segments: [u16; 8]| Ipv6Addr::from(segments).to_bits();
        let dresses = [
            inner,
            head([0, 0, 0, 0, 0, 0xffff, 0, 0]) | inner,
            head([0, 0, 0, 0, 0xffff, 0, 0, 0]) | inner,
            head([0x64, 0xff9b, 0, 0, 0, 0, 0, 0]) | inner,
            head([0x64, 0xff9b, 1, 0, 0, 0, 0, 0]) | subnet << 64 | inner,
            head([0x2002, 0, 0, 0, 0, 0, 0, 0]) | inner << 80 | subnet << 64,
            // A tunnel's client has its bits turned over.
            head([0x2001, 0, 0, 0, 0, 0, 0, 0]) | subnet << 32 | (inner ^ 0xffff_ffff),
        ];
        for dress in dresses.map(Ipv6Addr::from_bits) {
            prop_assert!(not_global(IpAddr::V6(dress)).is_some(), "{}", dress);
        }
    }
}

#[test]
fn addresses_that_everybody_knows_are_global() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.215.14",
        "162.159.135.232",
        "2606:4700::6810:85e5",
        "2001:4860:4860::8888",
        "2a00:1450:4001:82a::200e",
        "2620:fe::fe",
    ] {
        let address: IpAddr = address.parse().expect("an address");
        assert_eq!(not_global(address), None, "{address}");
    }
}
