//! Strings of the panel above the message field.

/// Strings of the panel above the message field in one language.
#[derive(Debug)]
pub struct SendingStrings {
    /// Label of the panel.
    pub heading: &'static str,
    /// Checkbox for a tall message field.
    pub multiline: &'static str,
    /// Hint while it is tall.
    pub multiline_hint: &'static str,
    /// Heading of the saved messages.
    pub saved: &'static str,
    /// Label of the name field.
    pub name: &'static str,
    /// Button that saves the message field under this name.
    pub save: &'static str,
    /// Description of a saved message; `{name}`.
    pub insert: &'static str,
    /// Description of the button; `{name}`.
    pub rename_label: &'static str,
    /// Button that renames a saved message.
    pub rename: &'static str,
    /// Description of the button; `{name}`.
    pub delete_label: &'static str,
    /// Button that deletes a saved message.
    pub delete: &'static str,
    /// Error: no name or no message.
    pub name_required: &'static str,
    /// Error: limits of `{n}` messages and `{max}` bytes.
    pub saved_limit: &'static str,
    /// Error: the name is in use.
    pub name_taken: &'static str,
    /// Heading of the binary message.
    pub binary: &'static str,
    /// Label of the choice of a format.
    pub format: &'static str,
    /// Format: hexadecimal digits.
    pub hex: &'static str,
    /// Format: Base64.
    pub base64: &'static str,
    /// Label of the field for bytes.
    pub bytes: &'static str,
    /// Label of the file field.
    pub file: &'static str,
    /// Button that sends the bytes.
    pub send_binary: &'static str,
    /// Size of `{n}` bytes.
    pub size: &'static str,
    /// Error; `{character}`, `{position}`.
    pub invalid_character: &'static str,
    /// Error: a digit is missing.
    pub incomplete_byte: &'static str,
    /// Error: the file is larger than `{max}` bytes.
    pub file_too_large: &'static str,
    /// Error: no bytes.
    pub bytes_required: &'static str,
    /// Error: `yodel.v1` with an echo server.
    pub binary_unsupported: &'static str,
    /// Note: `yodel.v1` with a lobby.
    pub as_base64: &'static str,
    /// Error: no connection.
    pub not_connected: &'static str,
    /// Row of a sent binary message of `{n}` bytes that begins with `{hex}`.
    pub sent_binary: &'static str,
    /// Heading of the repetition.
    pub repeat: &'static str,
    /// Label of the interval field; `{min}` in milliseconds.
    pub interval: &'static str,
    /// Label of the count field.
    pub count: &'static str,
    /// Button that starts the repetition.
    pub start: &'static str,
    /// Button that stops the repetition.
    pub stop: &'static str,
    /// Progress: `{n}` messages.
    pub sent: &'static str,
    /// Result: `{n}` messages, then the outbox was full.
    pub stopped_queue_full: &'static str,
    /// Result: `{n}` messages, then the connection was lost.
    pub stopped_disconnected: &'static str,
    /// Error; `{min}` in milliseconds.
    pub invalid_number: &'static str,
    /// Error: no message.
    pub message_required: &'static str,
    /// Button that opens the keyboard shortcuts.
    pub shortcuts: &'static str,
    /// Bytes that the socket has not written yet; `{n}`.
    pub buffered: &'static str,
    /// Question before a saved message is replaced; `{name}`.
    pub name_exists: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        sending::SendingStrings:
        heading multiline multiline_hint saved name save insert rename_label rename delete_label delete
        name_required saved_limit name_taken binary format hex base64 bytes file send_binary size invalid_character
        incomplete_byte file_too_large bytes_required binary_unsupported as_base64 not_connected sent_binary repeat
        interval count start stop sent stopped_queue_full stopped_disconnected invalid_number message_required
        shortcuts buffered name_exists
    }
}
