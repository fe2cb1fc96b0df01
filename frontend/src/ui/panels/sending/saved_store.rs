//! Messages with a name, to be sent again some other day.

use serde::{Deserialize, Serialize};

/// Messages kept at most.
pub const MAX: usize = 50;
/// Longer messages are not kept: they would fill the browser's storage.
pub const MAX_BYTES: usize = 10_000;

/// A message with its name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedMessage {
    /// What it is called; each name is there once.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The messages, in the order of their names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SavedStore {
    /// At most [`MAX`].
    pub messages: Vec<SavedMessage>,
}

impl SavedStore {
    /// Keeps a message under this name, instead of the one that had it; `false` when it cannot be kept.
    pub fn save(&mut self, name: &str, text: &str) -> bool {
        let place = self.messages.binary_search_by(|message| message.name.as_str().cmp(name));
        if text.len() > MAX_BYTES || (place.is_err() && self.messages.len() == MAX) {
            return false;
        }
        match place {
            Ok(at) => text.clone_into(&mut self.messages[at].text),
            Err(at) => self.messages.insert(at, SavedMessage { name: name.to_owned(), text: text.to_owned() }),
        }
        true
    }

    /// Gives a message another name; `false` when another one has it already.
    pub fn rename(&mut self, name: &str, to: &str) -> bool {
        if self.messages.iter().any(|message| message.name == to) {
            return false;
        }
        let Some(text) = self.text(name).map(str::to_owned) else { return false };
        self.delete(name);
        self.save(to, &text)
    }

    /// Takes a message away.
    pub fn delete(&mut self, name: &str) {
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
    fn saves_a_message_under_its_name() {
        let mut saved = SavedStore::default();
        for (name, text) in [("b", "two"), ("a", "one"), ("b", "three")] {
            assert!(saved.save(name, text));
        }
        let names: Vec<_> = saved.messages.iter().map(|message| message.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(saved.text("b"), Some("three"));
    }

    #[test]
    fn renaming_never_overwrites_a_message() {
        let mut saved = SavedStore::default();
        saved.save("a", "one");
        saved.save("b", "two");
        assert!(!saved.rename("a", "b"));
        assert!(saved.rename("a", "c"));
        assert_eq!((saved.text("a"), saved.text("b"), saved.text("c")), (None, Some("two"), Some("one")));
        assert!(!saved.rename("gone", "d"));
    }

    #[test]
    fn rejects_long_messages_and_too_many() {
        let mut saved = SavedStore::default();
        assert!(!saved.save("long", &"x".repeat(MAX_BYTES + 1)));
        for n in 0..MAX {
            assert!(saved.save(&n.to_string(), "x"));
        }
        assert!(!saved.save("one more", "x"));
        assert!(saved.save("1", "another text"));
        saved.delete("1");
        assert!(saved.save("one more", "x"));
    }
}
