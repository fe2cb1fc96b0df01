//! Pins and notes of entries.

use super::EntryId;

/// Largest number of entries with a pin or a note.
pub const MAX_ANNOTATED: usize = 100;
/// Largest size of a note, in bytes.
pub const MAX_NOTE_BYTES: usize = 1 << 10;
/// Largest size of all pinned entries, in bytes: they are kept when old entries are removed.
pub const MAX_PINNED_BYTES: usize = 4 << 20;

/// The reason why an entry was not pinned or a note not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationError {
    /// The number of entries would exceed [`MAX_ANNOTATED`].
    TooMany,
    /// The note is larger than [`MAX_NOTE_BYTES`].
    NoteTooLong,
    /// The pinned entries would be larger than [`MAX_PINNED_BYTES`].
    PinsTooLarge,
}

/// Pin and note of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The entry.
    pub entry: EntryId,
    /// `true` if the entry is pinned.
    pub is_pinned: bool,
    /// The note; empty without one.
    pub note: String,
}

/// Pins and notes, in the order of the entries.
#[derive(Debug, Default)]
pub struct Annotations(Vec<Annotation>);

impl Annotations {
    /// Returns pin and note of an entry; `None` if it has neither.
    pub fn get(&self, entry: EntryId) -> Option<&Annotation> {
        self.0.iter().find(|annotation| annotation.entry == entry)
    }

    /// Returns whether an entry is pinned.
    pub fn is_pinned(&self, entry: EntryId) -> bool {
        self.get(entry).is_some_and(|annotation| annotation.is_pinned)
    }

    /// Returns all pins and notes.
    pub fn all(&self) -> &[Annotation] {
        &self.0
    }

    /// Adds pin and note of a restored entry, which is the newest one. Does nothing at the limit.
    pub fn add(&mut self, annotation: Annotation) {
        if self.0.len() < MAX_ANNOTATED {
            self.0.push(annotation);
        }
    }

    /// Removes the pins and notes of entries for which `exists` returns `false`.
    pub fn retain(&mut self, exists: impl Fn(EntryId) -> bool) {
        self.0.retain(|annotation| exists(annotation.entry));
    }

    /// Pins an entry, or removes its pin.
    ///
    /// # Errors
    /// Returns [`AnnotationError::TooMany`] at the limit.
    pub fn pin(&mut self, entry: EntryId, is_pinned: bool) -> Result<(), AnnotationError> {
        self.change(entry, |annotation| annotation.is_pinned = is_pinned)
    }

    /// Changes the note of an entry; an empty one removes it.
    ///
    /// # Errors
    /// Returns [`AnnotationError::TooMany`] or [`AnnotationError::NoteTooLong`] at a limit.
    pub fn set_note(&mut self, entry: EntryId, note: &str) -> Result<(), AnnotationError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(AnnotationError::NoteTooLong);
        }
        self.change(entry, |annotation| note.clone_into(&mut annotation.note))
    }

    fn change(&mut self, entry: EntryId, change: impl FnOnce(&mut Annotation)) -> Result<(), AnnotationError> {
        let at = self.0.partition_point(|annotation| annotation.entry < entry);
        if self.0.get(at).is_none_or(|annotation| annotation.entry != entry) {
            self.0.insert(at, Annotation { entry, is_pinned: false, note: String::new() });
        }
        change(&mut self.0[at]);
        let is_unused = !self.0[at].is_pinned && self.0[at].note.is_empty();
        let is_one_too_many = self.0.len() > MAX_ANNOTATED;
        if is_unused || is_one_too_many {
            self.0.remove(at);
        }
        if is_one_too_many && !is_unused { Err(AnnotationError::TooMany) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: EntryId = EntryId(1);

    #[test]
    fn keeps_pin_and_note_apart() {
        let mut annotations = Annotations::default();
        annotations.set_note(ONE, "first").unwrap();
        assert!(!annotations.is_pinned(ONE));
        annotations.pin(ONE, true).unwrap();
        annotations.set_note(ONE, "").unwrap();
        assert!(annotations.is_pinned(ONE) && !annotations.is_pinned(EntryId(2)));
        annotations.pin(ONE, false).unwrap();
        assert_eq!(annotations.get(ONE), None);
        annotations.pin(ONE, false).unwrap();
        assert_eq!(annotations.all().len(), 0);
    }

    #[test]
    fn limits_their_number_and_size() {
        let mut annotations = Annotations::default();
        for id in 0..MAX_ANNOTATED as u64 {
            annotations.pin(EntryId(id), true).unwrap();
        }
        assert_eq!(annotations.set_note(EntryId(1_000), "x"), Err(AnnotationError::TooMany));
        assert_eq!(annotations.set_note(ONE, &"x".repeat(MAX_NOTE_BYTES + 1)), Err(AnnotationError::NoteTooLong));
        annotations.set_note(ONE, &"x".repeat(MAX_NOTE_BYTES)).unwrap();
        annotations.pin(EntryId(2), false).unwrap();
        annotations.pin(EntryId(1_000), true).unwrap();
        annotations.retain(|entry| entry == ONE);
        assert_eq!(annotations.all().len(), 1);
    }
}
