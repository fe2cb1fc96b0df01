//! The addresses connected to before, the newest first.

use serde::{Deserialize, Serialize};

/// Addresses kept at most.
pub const MAX: usize = 20;

/// The addresses.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Addresses {
    /// At most [`MAX`], each once.
    pub urls: Vec<String>,
}

impl Addresses {
    /// A connection came up. Whether that changed anything.
    pub fn add(&mut self, url: &str) -> bool {
        if self.urls.first().is_some_and(|first| first == url) {
            return false;
        }
        self.urls.retain(|known| known != url);
        self.urls.insert(0, url.to_owned());
        self.urls.truncate(MAX);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_first_and_each_is_there_once() {
        let mut addresses = Addresses::default();
        for url in ["ws://a", "ws://b", "ws://a"] {
            assert!(addresses.add(url));
        }
        assert!(!addresses.add("ws://a"));
        assert_eq!(addresses.urls, ["ws://a", "ws://b"]);
    }

    #[test]
    fn the_oldest_go() {
        let mut addresses = Addresses::default();
        for n in 0..=MAX {
            addresses.add(&format!("ws://{n}"));
        }
        assert_eq!(addresses.urls.len(), MAX);
        assert_eq!(addresses.urls[MAX - 1], "ws://1");
    }
}
