//! Strings of the inspector.

/// Strings of the inspector in one language.
#[derive(Debug)]
pub struct InspectorStrings {
    /// Heading of the panel.
    pub heading: &'static str,
    /// Button to the previous row.
    pub previous: &'static str,
    /// Button to the next row.
    pub next: &'static str,
    /// Button that closes the panel.
    pub close: &'static str,
    /// Label of the choice of a view.
    pub view: &'static str,
    /// View: indented JSON.
    pub pretty: &'static str,
    /// View: the text as received.
    pub raw: &'static str,
    /// View: hex dump.
    pub hex: &'static str,
    /// Button that shows more; `{n}` bytes are left.
    pub show_more: &'static str,
    /// Button that saves the message as a file.
    pub save: &'static str,
    /// Property: local time.
    pub time: &'static str,
    /// Property: size.
    pub size: &'static str,
    /// Size of a text message of `{n}` bytes.
    pub text: &'static str,
    /// Size of a binary message of `{n}` bytes.
    pub binary: &'static str,
    /// Property: room.
    pub room: &'static str,
    /// Property: id of an event of an event stream.
    pub event_id: &'static str,
    /// Property: offset in the room.
    pub offset: &'static str,
    /// Property: event name.
    pub event: &'static str,
    /// Property: sender.
    pub from: &'static str,
    /// Property: recipient.
    pub to: &'static str,
    /// Property: time of the server.
    pub server_time: &'static str,
    /// Property: delivery state.
    pub status: &'static str,
    /// Property: reason of a rejection.
    pub reason: &'static str,
    /// View: the content decoded from its format.
    pub decoded: &'static str,
    /// View: the comparison with another message.
    pub diff: &'static str,
    /// Label of the separator that changes the width.
    pub resize: &'static str,
    /// Property: time since the row before.
    pub since: &'static str,
    /// Heading: kind, time and size of `{n}` bytes.
    pub title: &'static str,
    /// Kind of row: received message.
    pub received: &'static str,
    /// Kind of row: sent message.
    pub sent: &'static str,
    /// Kind of row: event of the connection.
    pub event_row: &'static str,
    /// Hint: the row is no more in the list.
    pub removed: &'static str,
    /// Label of the choice of a format.
    pub format: &'static str,
    /// Format: guessed from the content.
    pub automatic: &'static str,
    /// Format: guessed from the content, which is `{format}`.
    pub automatic_found: &'static str,
    /// Hint: the decoders are being downloaded.
    pub decoding: &'static str,
    /// Error: the decoders could not be downloaded.
    pub decoders_failed: &'static str,
    /// Button that downloads them again.
    pub try_again: &'static str,
    /// Hint: no format was recognized.
    pub unrecognized: &'static str,
    /// Error: the choice of a format could not be stored.
    pub not_stored: &'static str,
    /// Error: the message ends within a value that begins at byte `{n}`.
    pub incomplete: &'static str,
    /// Error: the value at byte `{n}` is malformed.
    pub invalid: &'static str,
    /// Error: values at byte `{n}` are nested deeper than `{max}`.
    pub too_deep: &'static str,
    /// Hint: the message has no Base64.
    pub no_base64: &'static str,
    /// Hint: no message was chosen for a comparison.
    pub choose_other: &'static str,
    /// Result of a comparison with the message of `{time}`.
    pub compared: &'static str,
    /// Result of a comparison with the message of `{time}`: none.
    pub no_differences: &'static str,
    /// Error: a message is longer than `{lines}` lines or `{max}` bytes.
    pub too_long_to_compare: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        inspector::InspectorStrings:
        heading previous next close view pretty raw hex show_more save time size text binary room event_id offset event from to
        server_time status reason decoded diff resize since title received sent event_row removed format automatic
        automatic_found decoding decoders_failed try_again unrecognized not_stored incomplete invalid too_deep
        no_base64 choose_other compared no_differences too_long_to_compare
    }
}
