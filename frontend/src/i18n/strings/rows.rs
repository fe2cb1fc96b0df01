//! Strings for working on rows.

/// Strings for working on rows in one language.
#[derive(Debug)]
pub struct RowStrings {
    /// Heading of the bar with the pinned messages.
    pub pinned: &'static str,
    /// Accessible name of the button that shows the pinned message `{text}`.
    pub jump: &'static str,
    /// Button that copies the message.
    pub copy: &'static str,
    /// Button that sends the message again.
    pub resend: &'static str,
    /// Button that puts the text of the message into the message field.
    pub edit: &'static str,
    /// Button that pins the message.
    pub pin: &'static str,
    /// Button that removes the pin.
    pub unpin: &'static str,
    /// Accessible name of the button that removes the pin of `{text}`.
    pub unpin_label: &'static str,
    /// Button that compares the message with another one.
    pub compare: &'static str,
    /// Button that compares the message with the one that was chosen before.
    pub compare_with: &'static str,
    /// Result of copying.
    pub copied: &'static str,
    /// Error: the browser does not permit copying.
    pub copy_blocked: &'static str,
    /// Error: the message is too large to copy as hex digits.
    pub too_long: &'static str,
    /// Result of sending again.
    pub resent: &'static str,
    /// Error: the queue is full.
    pub not_resent: &'static str,
    /// Error: the text is larger than `{max}` bytes.
    pub too_large: &'static str,
    /// Hint: another message is needed.
    pub compare_chosen: &'static str,
    /// Result: the choice was removed.
    pub compare_ended: &'static str,
    /// Error: `{n}` messages have a pin or a note.
    pub too_many_pins: &'static str,
    /// Error: the pinned messages are larger than `{n}` bytes.
    pub pins_too_large: &'static str,
    /// Error: the note is larger than `{n}` bytes.
    pub note_too_long: &'static str,
    /// Label of the field with the note.
    pub note: &'static str,
    /// Hint about notes.
    pub note_hint: &'static str,
    /// Button that puts the replaced text back into the message field.
    pub restore_draft: &'static str,
    /// Notice: the text in the message field was replaced.
    pub draft_kept: &'static str,
    /// Mark of a pinned message, for screen readers.
    pub pinned_mark: &'static str,
    /// A time of `{n}` milliseconds.
    pub ms: &'static str,
    /// A time of `{n}` seconds.
    pub s: &'static str,
    /// A time of `{n}` minutes.
    pub min: &'static str,
    /// A time of `{n}` hours.
    pub h: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        rows::RowStrings:
        pinned jump copy resend edit pin unpin unpin_label compare compare_with copied copy_blocked too_long resent
        not_resent too_large compare_chosen compare_ended too_many_pins pins_too_large note_too_long note note_hint
        restore_draft draft_kept pinned_mark ms s min h
    }
}
