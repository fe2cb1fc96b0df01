//! English texts of the keyboard shortcuts.

use crate::i18n::words::help::Words;

pub(in crate::i18n) const WORDS: Words = Words {
    heading: "Keys",
    close: "Close",
    send: "Send",
    line: "New line",
    history: "What was sent before",
    tools: "Open or close the tools",
    search: "Search (with the tools open)",
    escape: "Close what is open",
    this: "This list",
    rows: "Next or previous row (in the messages)",
    whole: "That row, whole",
    outside: "/ and ? work outside of fields.",
};
