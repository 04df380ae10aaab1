//! Width and height of a picture, read from its header, and its media type.

/// Media type, width and height in pixels of a PNG, GIF, JPEG or WebP. `None` for anything else.
pub(crate) fn sniff(bytes: &[u8]) -> Option<(&'static str, (u32, u32))> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(("image/png", (be32(bytes, 16)?, be32(bytes, 20)?)));
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Some(("image/gif", (le16(bytes, 6)?, le16(bytes, 8)?)));
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some(("image/jpeg", jpeg(bytes)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        return Some(("image/webp", webp(bytes)?));
    }
    None
}

/// The size stands in the start-of-frame segment, which any number of other segments may precede.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..at + 2)? else {
            return None;
        };
        match marker {
            // Fill bytes.
            0xff => at += 1,
            // Segments without a body.
            0x01 | 0xd0..=0xd9 => at += 2,
            // Start of frame, of every coding; 0xc4, 0xc8 and 0xcc are tables and an extension.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            _ => at += 2 + usize::try_from(be16(bytes, at + 2)?).ok()?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => Some((le16(bytes, 26)? & 0x3fff, le16(bytes, 28)? & 0x3fff)),
        b"VP8L" => {
            let bits = le16(bytes, 21)? | le16(bytes, 23)? << 16;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => {
            let le24 = |at| Some(le16(bytes, at)? | u32::from(*bytes.get(at + 2)?) << 16);
            Some((le24(24)? + 1, le24(27)? + 1))
        }
        _ => None,
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(be16(bytes, at)? << 16 | be16(bytes, at + 2)?)
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdn::portrait::{Format, Portrait};

    #[test]
    fn size_of_each_format_is_read_from_real_files() {
        for (format, media_type) in [
            (Format::Png, "image/png"),
            (Format::Gif, "image/gif"),
            (Format::Jpeg, "image/jpeg"),
            (Format::WebP, "image/webp"),
        ] {
            let bytes = Portrait::of("a_0123").encode(format, 48);
            assert_eq!(sniff(&bytes), Some((media_type, (48, 48))));
        }
    }

    #[test]
    fn extended_and_lossy_webp_are_read() {
        let mut extended = b"RIFF....WEBPVP8X".to_vec();
        extended.extend([10, 0, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0xff, 1, 0]);
        assert_eq!(sniff(&extended), Some(("image/webp", (1024, 512))));
        let mut lossy = b"RIFF....WEBPVP8 ".to_vec();
        lossy.extend([0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0]);
        assert_eq!(sniff(&lossy), Some(("image/webp", (320, 240))));
    }

    #[test]
    fn torn_and_foreign_files_have_no_size() {
        let whole = Portrait::of("0123").encode(Format::Jpeg, 16);
        assert_eq!(sniff(&whole[..20]), None);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(sniff(b"hello"), None);
    }
}
