//! The words of the inspector.

/// The words of one language.
#[derive(Debug)]
pub struct InspectorWords {
    /// Its heading.
    pub title: &'static str,
    /// To the row before.
    pub previous: &'static str,
    /// To the row after.
    pub next: &'static str,
    /// Closes it.
    pub close: &'static str,
    /// The views, for screen readers.
    pub view: &'static str,
    /// JSON with a line for each value.
    pub pretty: &'static str,
    /// As it is.
    pub raw: &'static str,
    /// Bytes.
    pub hex: &'static str,
    /// Opens more of it; `{n}` bytes are left.
    pub more: &'static str,
    /// To the clipboard.
    pub copy: &'static str,
    /// To a file.
    pub save: &'static str,
    /// It is there.
    pub copied: &'static str,
    /// The browser refuses.
    pub not_copied: &'static str,
    /// Too long for the clipboard.
    pub too_long: &'static str,
    /// The time.
    pub time: &'static str,
    /// The size.
    pub size: &'static str,
    /// A text; `{n}`.
    pub text: &'static str,
    /// Not a text; `{n}`.
    pub binary: &'static str,
    /// Of an envelope.
    pub room: &'static str,
    /// Its place in the room.
    pub offset: &'static str,
    /// What it is about.
    pub event: &'static str,
    /// Who said it.
    pub from: &'static str,
    /// Who gets it.
    pub to: &'static str,
    /// When the server heard it.
    pub server_time: &'static str,
    /// Where a message of one's own is.
    pub state: &'static str,
    /// The server's reason.
    pub reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        inspector::InspectorWords:
        title previous next close view pretty raw hex more copy save copied not_copied too_long time size text
        binary room offset event from to server_time state reason
    }
}
