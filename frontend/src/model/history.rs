//! What was sent before, with the arrow keys, like in a shell.

use serde::{Deserialize, Serialize};

/// Texts kept at most.
const MAX: usize = 100;
/// Longer texts are not kept: they would fill the browser's storage.
const MAX_BYTES: usize = 10_000;

/// Texts sent before, and where the arrow keys are among them.
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
    /// A text was sent. The same one twice in a row is kept once.
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

    /// The text before the one in the field; what is being typed is kept as the draft.
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

    /// The text after the one in the field, and at last the draft.
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
    fn up_goes_back_and_down_returns_to_the_draft() {
        let mut history = history(&["one", "two"]);
        assert_eq!(history.older("half-typed"), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
        assert_eq!(history.newer(), Some("half-typed"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn sending_starts_again_from_the_newest() {
        let mut history = history(&["one", "two"]);
        history.older("");
        history.older("");
        history.add("three");
        assert_eq!(history.older(""), Some("three"));
    }

    #[test]
    fn the_same_text_twice_is_kept_once() {
        let mut history = history(&["one", "one"]);
        assert_eq!(history.older(""), Some("one"));
        assert_eq!(history.older("one"), None);
    }

    #[test]
    fn it_is_bounded() {
        let many: Vec<String> = (0..=MAX).map(|n| n.to_string()).collect();
        let mut history = history(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(history.texts.len(), MAX);
        history.add(&"x".repeat(MAX_BYTES + 1));
        assert_eq!(history.older(""), Some("100"));
    }

    #[test]
    fn only_the_texts_are_remembered() {
        let mut before = history(&["one"]);
        before.older("draft");
        let json = serde_json::to_string(&before).unwrap();
        assert_eq!(json, r#"["one"]"#);
        assert_eq!(serde_json::from_str::<History>(&json).unwrap(), history(&["one"]));
    }
}
