//! The history of sent texts, which the arrow keys recall.

use serde::{Deserialize, Serialize};

/// Largest number of texts.
const MAX: usize = 100;
/// Longest text in bytes. Longer ones would fill the browser's storage.
const MAX_BYTES: usize = 10_000;

/// The sent texts, and the one that is currently recalled.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct History {
    texts: Vec<String>,
    /// Steps back from the draft; 0 is the draft itself.
    #[serde(skip)]
    back: usize,
    #[serde(skip)]
    draft: String,
}

impl History {
    /// Appends a text. The same text twice in a row is stored once.
    pub fn add(&mut self, text: &str) {
        self.back = 0;
        self.draft.clear();
        if text.len() > MAX_BYTES || self.texts.last().is_some_and(|last| last == text) {
            return;
        }
        self.texts.push(text.to_owned());
        if self.texts.len() > MAX {
            self.texts.remove(0);
        }
    }

    /// Returns the text before the current one. The content of the field is kept as the draft.
    pub fn older(&mut self, field: &str) -> Option<&str> {
        if self.back == self.texts.len() {
            return None;
        }
        if self.back == 0 {
            field.clone_into(&mut self.draft);
        }
        self.back += 1;
        Some(&self.texts[self.texts.len() - self.back])
    }

    /// Returns the text after the current one, and finally the draft.
    pub fn newer(&mut self) -> Option<&str> {
        self.back = self.back.checked_sub(1)?;
        match self.back {
            0 => Some(&self.draft),
            back => Some(&self.texts[self.texts.len() - back]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(texts: &[&str]) -> History {
        let mut history = History::default();
        for text in texts {
            history.add(text);
        }
        history
    }

    #[test]
    fn recalls_texts_and_returns_to_the_draft() {
        let mut history = history(&["one", "two"]);
        assert_eq!(history.older("half-typed"), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
        assert_eq!(history.newer(), Some("half-typed"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn restarts_at_the_newest_text_after_sending() {
        let mut history = history(&["one", "two"]);
        history.older("");
        history.older("");
        history.add("three");
        assert_eq!(history.older(""), Some("three"));
    }

    #[test]
    fn stores_a_repeated_text_once() {
        let mut history = history(&["one", "one"]);
        assert_eq!(history.older(""), Some("one"));
        assert_eq!(history.older("one"), None);
    }

    #[test]
    fn limits_number_and_size() {
        let many: Vec<String> = (0..=MAX).map(|n| n.to_string()).collect();
        let mut history = history(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(history.texts.len(), MAX);
        history.add(&"x".repeat(MAX_BYTES + 1));
        assert_eq!(history.older(""), Some("100"));
    }

    #[test]
    fn serializes_only_the_texts() {
        let mut before = history(&["one"]);
        before.older("draft");
        let json = serde_json::to_string(&before).unwrap();
        assert_eq!(json, r#"["one"]"#);
        assert_eq!(serde_json::from_str::<History>(&json).unwrap(), history(&["one"]));
    }
}
