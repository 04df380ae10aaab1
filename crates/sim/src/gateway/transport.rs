//! How payloads are packed on the wire.

use std::io::Write;

use axum::extract::ws::Message;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// How one connection's payloads are packed. The streams keep their dictionary over all payloads of the connection.
///
/// Source: Discord's documentation, "Gateway", heading "Encoding and Compression", read in August 2026.
pub(super) enum Transport {
    /// Text frames.
    Plain,
    /// One zlib stream, each payload ending in a sync flush (00 00 FF FF).
    ZlibStream(ZlibEncoder<Vec<u8>>),
    /// One zstd stream, flushed after each payload.
    ZstdStream(zstd::stream::write::Encoder<'static, Vec<u8>>),
    /// Each payload a zlib stream of its own, in a binary frame.
    ZlibPayload,
}

impl Transport {
    pub(super) fn zlib_stream() -> Self {
        Self::ZlibStream(ZlibEncoder::new(Vec::new(), Compression::fast()))
    }

    pub(super) fn zstd_stream() -> Self {
        let encoder = zstd::stream::write::Encoder::new(Vec::new(), 1);
        Self::ZstdStream(encoder.expect("zstd has a level 1"))
    }

    /// IDENTIFY's `compress`; it has no meaning beside a stream.
    pub(super) fn compress_payloads(&mut self) {
        if matches!(self, Self::Plain) {
            *self = Self::ZlibPayload;
        }
    }

    /// Packs one payload.
    pub(super) fn pack(&mut self, json: String) -> Message {
        const NO_IO: &str = "writing to a Vec does not fail";
        let packed = match self {
            Self::Plain => return Message::Text(json.into()),
            Self::ZlibStream(stream) => {
                stream
                    .write_all(json.as_bytes())
                    .and_then(|()| stream.flush())
                    .expect(NO_IO);
                std::mem::take(stream.get_mut())
            }
            Self::ZstdStream(stream) => {
                stream
                    .write_all(json.as_bytes())
                    .and_then(|()| stream.flush())
                    .expect(NO_IO);
                std::mem::take(stream.get_mut())
            }
            Self::ZlibPayload => {
                let mut once = ZlibEncoder::new(Vec::new(), Compression::fast());
                once.write_all(json.as_bytes()).expect(NO_IO);
                once.finish().expect(NO_IO)
            }
        };
        Message::Binary(packed.into())
    }
}
