//! Drafts that were replaced in the message field.

/// Largest number of drafts; beyond it the oldest one is dropped.
pub const MAX_DRAFTS: usize = 20;

/// Replaced drafts, and the text that replaced the last one.
#[derive(Clone, Debug, Default)]
pub struct DraftStack {
    drafts: Vec<String>,
    /// The last text of a message that was put into the field. It is in a row, so it is no draft.
    inserted: String,
}

impl DraftStack {
    /// Records that `text` replaces the content of the field.
    pub fn replace(&mut self, content: &str, text: &str) {
        self.keep(content);
        text.clone_into(&mut self.inserted);
    }

    /// Returns the last draft, and keeps the content of the field in its place.
    pub fn restore(&mut self, content: &str) -> Option<String> {
        let draft = self.drafts.pop()?;
        self.keep(content);
        Some(draft)
    }

    /// Returns whether there is no draft.
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    fn keep(&mut self, content: &str) {
        if content.trim().is_empty() || content == self.inserted || self.drafts.iter().any(|draft| draft == content) {
            return;
        }
        if self.drafts.len() == MAX_DRAFTS {
            self.drafts.remove(0);
        }
        self.drafts.push(content.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_typed_texts_but_not_those_of_rows() {
        let mut drafts = DraftStack::default();
        drafts.replace("", "row 1");
        assert!(drafts.is_empty());
        drafts.replace("row 1", "row 2");
        assert!(drafts.is_empty(), "the text of a row is in its row");
        drafts.replace("row 2, changed", "row 3");
        assert_eq!(drafts.restore("row 3").as_deref(), Some("row 2, changed"));
        assert!(drafts.is_empty());
    }

    #[test]
    fn keeps_the_content_that_a_restored_draft_replaces() {
        let mut drafts = DraftStack::default();
        drafts.replace("first", "row");
        assert_eq!(drafts.restore("row, changed").as_deref(), Some("first"));
        assert_eq!(drafts.restore("first").as_deref(), Some("row, changed"));
        assert_eq!(drafts.restore("").as_deref(), Some("first"));
        assert_eq!(drafts.restore(""), None);
    }

    #[test]
    fn drops_the_oldest_of_too_many_drafts() {
        let mut drafts = DraftStack::default();
        for n in 0..=MAX_DRAFTS {
            drafts.replace(&format!("draft {n}"), "row");
        }
        let all: Vec<_> = std::iter::from_fn(|| drafts.restore("")).collect();
        assert_eq!((all.len(), all.last().map(String::as_str)), (MAX_DRAFTS, Some("draft 1")));
    }
}
