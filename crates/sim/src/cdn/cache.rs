//! The pictures that were asked for last.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use super::portrait::Format;

/// What a drawn picture is found by: the hash, the format and the side in pixels.
pub(super) type Key = (String, Format, u32);

/// Pictures in the order in which they were drawn, up to a number of bytes.
#[derive(Debug)]
pub(super) struct Cache {
    pictures: HashMap<Key, Bytes>,
    order: VecDeque<Key>,
    bytes: usize,
    bytes_max: usize,
}

impl Cache {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            pictures: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            bytes_max,
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Bytes> {
        self.pictures.get(key).cloned()
    }

    pub(super) fn put(&mut self, key: Key, picture: Bytes) {
        self.bytes += picture.len();
        if let Some(old) = self.pictures.insert(key.clone(), picture) {
            // Two requests drew it at once; it keeps its place.
            self.bytes -= old.len();
            return;
        }
        self.order.push_back(key);
        while self.bytes > self.bytes_max
            && let Some(oldest) = self.order.pop_front()
        {
            self.bytes -= self.pictures.remove(&oldest).map_or(0, |picture| picture.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_pictures_make_room() {
        let mut cache = Cache::new(10);
        let key = |name: &str| (name.to_owned(), Format::Png, 16);
        for name in ["a", "b", "c"] {
            cache.put(key(name), Bytes::from_static(b"1234"));
        }
        assert_eq!(cache.get(&key("a")), None);
        assert!(cache.get(&key("b")).is_some());
        assert!(cache.get(&key("c")).is_some());
        assert_eq!(cache.bytes, 8);
    }
}
