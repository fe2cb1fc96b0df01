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
    /// Button that copies the message.
    pub copy: &'static str,
    /// Button that saves the message as a file.
    pub save: &'static str,
    /// Result of copying.
    pub copied: &'static str,
    /// Error: the browser does not permit copying.
    pub copy_blocked: &'static str,
    /// Error: the message is too large to copy as hex digits.
    pub too_long: &'static str,
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        inspector::InspectorStrings:
        heading previous next close view pretty raw hex show_more copy save copied copy_blocked too_long time size
        text binary room event_id offset event from to server_time status reason
    }
}
