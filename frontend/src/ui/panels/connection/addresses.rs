//! Recent URLs.

use crate::state::Stored;
use yodel_client::target::without_secrets;
use yodel_protocol::Json;

/// Maximum number of URLs.
pub const MAX: usize = 20;

/// Recent URLs, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// At most [`MAX`], without duplicates.
    pub urls: Vec<String>,
}

impl Addresses {
    /// Removes secrets, which earlier builds stored.
    pub fn remove_secrets(&mut self) {
        let mut clean = Self::default();
        for url in self.urls.iter().rev() {
            clean.add(&without_secrets(url));
        }
        *self = clean;
    }

    /// Adds the URL of an open connection. Returns whether that changed the list.
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

impl Stored for Addresses {
    fn to_json(&self) -> Json {
        Json::strings(self.urls.iter().map(String::as_str))
    }

    fn from_json(json: &Json) -> Option<Self> {
        json.as_strings().map(|urls| Self { urls })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_newest_first_without_duplicates() {
        let mut addresses = Addresses::default();
        for url in ["ws://a", "ws://b", "ws://a"] {
            assert!(addresses.add(url));
        }
        assert!(!addresses.add("ws://a"));
        assert_eq!(addresses.urls, ["ws://a", "ws://b"]);
    }

    #[test]
    fn removes_stored_secrets() {
        let urls = ["ws://user:abc@b", "ws://a?token=abc", "ws://a?token=def"].map(str::to_owned).into();
        let mut addresses = Addresses { urls };
        addresses.remove_secrets();
        assert_eq!(addresses.urls, ["ws://b", "ws://a"]);
    }

    #[test]
    fn drops_the_oldest() {
        let mut addresses = Addresses::default();
        for n in 0..=MAX {
            addresses.add(&format!("ws://{n}"));
        }
        assert_eq!(addresses.urls.len(), MAX);
        assert_eq!(addresses.urls[MAX - 1], "ws://1");
    }
}
