//! The history of sent texts, which the arrow keys recall.

/// Largest number of texts.
const MAX: usize = 100;
/// Longest text in bytes. Longer ones would fill the browser's storage.
const MAX_BYTES: usize = 10_000;

/// The sent texts, and the one that is currently recalled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    texts: Vec<String>,
    /// Steps back from the draft; 0 is the draft itself.
    back: usize,
    /// Content of the field when each step was left, edits included; empty for steps that were not visited.
    left: Vec<String>,
}

impl History {
    /// Creates a history of texts that were sent earlier.
    pub fn new(texts: Vec<String>) -> Self {
        Self { texts, ..Self::default() }
    }

    /// Returns the sent texts, the newest last.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Appends a text. The same text twice in a row is stored once.
    pub fn add(&mut self, text: &str) {
        self.back = 0;
        self.left.clear();
        if text.is_empty() || text.len() > MAX_BYTES || self.texts.last().is_some_and(|last| last == text) {
            return;
        }
        self.texts.push(text.to_owned());
        if self.texts.len() > MAX {
            self.texts.remove(0);
        }
    }

    /// Returns the text before the current one. The content of the field is kept for the way back.
    pub fn older(&mut self, field: &str) -> Option<String> {
        (self.back < self.texts.len()).then(|| self.step(field, self.back + 1))
    }

    /// Returns the text after the current one, and finally the draft. The content of the field is kept.
    pub fn newer(&mut self, field: &str) -> Option<String> {
        Some(self.step(field, self.back.checked_sub(1)?))
    }

    fn step(&mut self, field: &str, to: usize) -> String {
        let needed = self.back.max(to) + 1;
        if self.left.len() < needed {
            self.left.resize(needed, String::new());
        }
        field.clone_into(&mut self.left[self.back]);
        self.back = to;
        match &self.left[to] {
            left if left.is_empty() && to > 0 => self.texts[self.texts.len() - to].clone(),
            left => left.clone(),
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
        assert_eq!(history.older("half-typed"), Some("two".to_owned()));
        assert_eq!(history.older("two"), Some("one".to_owned()));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer("one"), Some("two".to_owned()));
        assert_eq!(history.newer("two"), Some("half-typed".to_owned()));
        assert_eq!(history.newer("half-typed"), None);
    }

    #[test]
    fn keeps_edits_of_recalled_texts_until_a_message_is_sent() {
        let mut history = history(&["one", "two"]);
        history.older("draft");
        history.older("two, edited");
        assert_eq!(history.newer("one, edited"), Some("two, edited".to_owned()));
        assert_eq!(history.newer("two, edited twice"), Some("draft".to_owned()));
        assert_eq!(history.older("draft"), Some("two, edited twice".to_owned()));
        assert_eq!(history.older("two, edited twice"), Some("one, edited".to_owned()));
        history.add("two, edited twice");
        assert_eq!(history.older(""), Some("two, edited twice".to_owned()));
        assert_eq!(history.older("two, edited twice"), Some("two".to_owned()), "sent texts stay as they were sent");
    }

    #[test]
    fn ignores_an_empty_text() {
        assert_eq!(history(&["one", ""]).older(""), Some("one".to_owned()));
    }

    #[test]
    fn restarts_at_the_newest_text_after_sending() {
        let mut history = history(&["one", "two"]);
        history.older("");
        history.older("");
        history.add("three");
        assert_eq!(history.older(""), Some("three".to_owned()));
    }

    #[test]
    fn stores_a_repeated_text_once() {
        let mut history = history(&["one", "one"]);
        assert_eq!(history.older(""), Some("one".to_owned()));
        assert_eq!(history.older("one"), None);
    }

    #[test]
    fn limits_number_and_size() {
        let many: Vec<String> = (0..=MAX).map(|n| n.to_string()).collect();
        let mut history = history(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(history.texts.len(), MAX);
        history.add(&"x".repeat(MAX_BYTES + 1));
        assert_eq!(history.older(""), Some("100".to_owned()));
    }

    #[test]
    fn restores_only_the_texts() {
        let mut before = history(&["one"]);
        before.older("draft");
        assert_eq!(before.texts(), ["one"]);
        assert_eq!(History::new(before.texts().to_vec()), history(&["one"]));
    }
}
