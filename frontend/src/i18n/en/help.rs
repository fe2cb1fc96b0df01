//! English strings of the keyboard shortcuts.

use crate::i18n::strings::help::HelpStrings;

pub(in crate::i18n) const STRINGS: HelpStrings = HelpStrings {
    heading: "Keyboard shortcuts",
    close: "Close",
    send: "Send",
    new_line: "New line",
    history: "Previous or next sent message",
    tools: "Open or close Tools",
    filter: "Filter messages",
    close_panel: "Close the open panel",
    shortcuts: "Show shortcuts",
    next_message: "Next or previous message (in the list)",
    open_message: "Open message details",
    message_actions: "Copy, resend, edit, pin, compare (in message details)",
    outside_fields: "/ and ? work outside text fields.",
    send_empty: "Send, even an empty message",
    new_tab: "New tab",
    next_tab: "Next or previous tab",
    close_tab: "Close the tab (in the tab list)",
};
