//! Messages with a name, to be sent again some other day.

use serde::{Deserialize, Serialize};

/// Messages kept at most.
pub const MAX: usize = 50;
/// Longer messages are not kept: they would fill the browser's storage.
pub const MAX_BYTES: usize = 10_000;

/// A message with its name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Message {
    /// What it is called; each name is there once.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The messages, in the order of their names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Saved {
    /// At most [`MAX`].
    pub messages: Vec<Message>,
}

impl Saved {
    /// Keeps a message under this name, instead of the one that had it; `false` when it cannot be kept.
    pub fn keep(&mut self, name: &str, text: &str) -> bool {
        let place = self.messages.binary_search_by(|message| message.name.as_str().cmp(name));
        if text.len() > MAX_BYTES || (place.is_err() && self.messages.len() == MAX) {
            return false;
        }
        match place {
            Ok(at) => text.clone_into(&mut self.messages[at].text),
            Err(at) => self.messages.insert(at, Message { name: name.to_owned(), text: text.to_owned() }),
        }
        true
    }

    /// Gives a message another name; `false` when another one has it already.
    pub fn rename(&mut self, name: &str, to: &str) -> bool {
        if self.messages.iter().any(|message| message.name == to) {
            return false;
        }
        let Some(text) = self.text(name).map(str::to_owned) else { return false };
        self.forget(name);
        self.keep(to, &text)
    }

    /// Takes a message away.
    pub fn forget(&mut self, name: &str) {
        self.messages.retain(|message| message.name != name);
    }

    /// What the message of this name says.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.messages.iter().find(|message| message.name == name).map(|message| message.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_kept_under_its_name() {
        let mut saved = Saved::default();
        for (name, text) in [("b", "two"), ("a", "one"), ("b", "three")] {
            assert!(saved.keep(name, text));
        }
        let names: Vec<_> = saved.messages.iter().map(|message| message.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(saved.text("b"), Some("three"));
    }

    #[test]
    fn another_name_takes_no_message_away() {
        let mut saved = Saved::default();
        saved.keep("a", "one");
        saved.keep("b", "two");
        assert!(!saved.rename("a", "b"));
        assert!(saved.rename("a", "c"));
        assert_eq!((saved.text("a"), saved.text("b"), saved.text("c")), (None, Some("two"), Some("one")));
        assert!(!saved.rename("gone", "d"));
    }

    #[test]
    fn there_are_bounds() {
        let mut saved = Saved::default();
        assert!(!saved.keep("long", &"x".repeat(MAX_BYTES + 1)));
        for n in 0..MAX {
            assert!(saved.keep(&n.to_string(), "x"));
        }
        assert!(!saved.keep("one more", "x"));
        assert!(saved.keep("1", "another text"));
        saved.forget("1");
        assert!(saved.keep("one more", "x"));
    }
}
