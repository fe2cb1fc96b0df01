//! When there was a connection and when there was none, for as long as the page is open.

/// Changes kept at most.
pub const MAX: usize = 200;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionChange {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Where to.
    pub url: String,
    /// The close code; none when the connection came up.
    pub code: Option<u16>,
}

/// The changes, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// At most [`MAX`].
    pub changes: Vec<ConnectionChange>,
}

impl Timeline {
    /// A connection came up.
    pub fn up(&mut self, at_ms: u64, url: &str) {
        self.add(at_ms, url, None);
    }

    /// A connection went down, or did not come up.
    pub fn down(&mut self, at_ms: u64, url: &str, code: u16) {
        self.add(at_ms, url, Some(code));
    }

    /// Whether there was ever a connection to this address.
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
    fn the_oldest_changes_go_first() {
        let mut timeline = Timeline::default();
        for at_ms in 0..=MAX as u64 {
            timeline.up(at_ms, "ws://a");
        }
        assert_eq!((timeline.changes.len(), timeline.changes[0].at_ms), (MAX, 1));
    }

    #[test]
    fn only_what_came_up_is_known() {
        let mut timeline = Timeline::default();
        timeline.down(1, "ws://a", 1006);
        assert!(!timeline.was_connected("ws://a"));
        timeline.up(2, "ws://a");
        assert!(timeline.was_connected("ws://a") && !timeline.was_connected("ws://b"));
    }
}
