//! Times of connects and disconnects since the page was loaded.

/// Largest number of changes.
pub const MAX: usize = 200;

/// A connect or disconnect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionChange {
    /// The time in milliseconds since 1970.
    pub at_ms: u64,
    /// The server's address.
    pub url: String,
    /// The close code; `None` for a connect.
    pub code: Option<u16>,
}

/// The changes, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// At most [`MAX`] changes.
    pub changes: Vec<ConnectionChange>,
}

impl Timeline {
    /// Records a connect.
    pub fn up(&mut self, at_ms: u64, url: &str) {
        self.add(at_ms, url, None);
    }

    /// Records a disconnect or a failed connect.
    pub fn down(&mut self, at_ms: u64, url: &str, code: u16) {
        self.add(at_ms, url, Some(code));
    }

    /// Returns whether there was ever a connection to this address.
    pub fn was_connected(&self, url: &str) -> bool {
        self.changes.iter().any(|change| change.url == url && change.code.is_none())
    }

    fn add(&mut self, at_ms: u64, url: &str, code: Option<u16>) {
        if self.changes.len() == MAX {
            self.changes.remove(0);
        }
        self.changes.push(ConnectionChange { at_ms, url: url.to_owned(), code });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_the_oldest_changes_first() {
        let mut timeline = Timeline::default();
        for at_ms in 0..=MAX as u64 {
            timeline.up(at_ms, "ws://a");
        }
        assert_eq!((timeline.changes.len(), timeline.changes[0].at_ms), (MAX, 1));
    }

    #[test]
    fn was_connected_requires_a_connect() {
        let mut timeline = Timeline::default();
        timeline.down(1, "ws://a", 1006);
        assert!(!timeline.was_connected("ws://a"));
        timeline.up(2, "ws://a");
        assert!(timeline.was_connected("ws://a") && !timeline.was_connected("ws://b"));
    }
}
