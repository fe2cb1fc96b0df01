//! Saved messages.

use crate::state::Stored;
use yodel_protocol::Json;

/// Maximum number of messages.
pub const MAX: usize = 50;
/// Maximum size of a message, in bytes; larger ones would fill the browser's storage.
pub const MAX_BYTES: usize = 10_000;
/// Names of a stored message's fields.
const FIELDS: [&str; 2] = ["name", "text"];

/// A saved message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedMessage {
    /// Unique name.
    pub name: String,
    /// Text of the message.
    pub text: String,
}

/// Saved messages, ordered by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedStore {
    /// At most [`MAX`].
    pub messages: Vec<SavedMessage>,
}

impl SavedStore {
    /// Saves a message, replacing the one of the same name. Returns `false` if it is too long or there are too many.
    pub fn save(&mut self, name: &str, text: &str) -> bool {
        let position = self.messages.binary_search_by(|message| message.name.as_str().cmp(name));
        if text.len() > MAX_BYTES || (position.is_err() && self.messages.len() == MAX) {
            return false;
        }
        match position {
            Ok(at) => text.clone_into(&mut self.messages[at].text),
            Err(at) => self.messages.insert(at, SavedMessage { name: name.to_owned(), text: text.to_owned() }),
        }
        true
    }

    /// Renames a message. Returns `false` if the name is in use.
    pub fn rename(&mut self, name: &str, to: &str) -> bool {
        if self.messages.iter().any(|message| message.name == to) {
            return false;
        }
        let Some(text) = self.text(name).map(str::to_owned) else { return false };
        self.delete(name);
        self.save(to, &text)
    }

    /// Deletes a message.
    pub fn delete(&mut self, name: &str) {
        self.messages.retain(|message| message.name != name);
    }

    /// Returns the text of a message.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.messages.iter().find(|message| message.name == name).map(|message| message.text.as_str())
    }
}

impl Stored for SavedStore {
    fn to_json(&self) -> Json {
        let records = self.messages.iter().map(|message| [message.name.as_str(), message.text.as_str()]);
        Json::records(FIELDS, records)
    }

    fn from_json(json: &Json) -> Option<Self> {
        let records = json.as_records(FIELDS)?.into_iter();
        Some(Self { messages: records.map(|[name, text]| SavedMessage { name, text }).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_stored_format() {
        let mut saved = SavedStore::default();
        saved.save("a", "one");
        assert_eq!(saved.to_json().text(), r#"[{"name":"a","text":"one"}]"#);
        assert_eq!(SavedStore::from_json(&saved.to_json()), Some(saved));
    }

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
        assert!(!saved.rename("missing", "d"));
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
