//! Strings of the keyboard shortcuts.

/// Strings of the keyboard shortcuts in one language.
#[derive(Debug)]
pub struct HelpStrings {
    /// Heading of the dialog.
    pub heading: &'static str,
    /// Button that closes the dialog.
    pub close: &'static str,
    /// Enter.
    pub send: &'static str,
    /// Shift+Enter.
    pub new_line: &'static str,
    /// The arrow keys.
    pub history: &'static str,
    /// Ctrl+K.
    pub tools: &'static str,
    /// A slash, and Ctrl+F in the list.
    pub filter: &'static str,
    /// Escape.
    pub close_panel: &'static str,
    /// A question mark.
    pub shortcuts: &'static str,
    /// j and k in the list.
    pub next_message: &'static str,
    /// Enter in the list.
    pub open_message: &'static str,
    /// Keys in the message details.
    pub message_actions: &'static str,
    /// Note about the slash and the question mark.
    pub outside_fields: &'static str,
    /// Ctrl+Shift+Enter.
    pub send_empty: &'static str,
    /// Alt+N.
    pub new_tab: &'static str,
    /// Alt+Page Down.
    pub next_tab: &'static str,
    /// Delete in the tab list.
    pub close_tab: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        help::HelpStrings:
        heading close send new_line history tools filter close_panel shortcuts next_message open_message
        message_actions outside_fields send_empty new_tab next_tab close_tab
    }
}
