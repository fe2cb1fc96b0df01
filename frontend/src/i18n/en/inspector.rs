//! English texts of the inspector.

use crate::i18n::words::inspector::InspectorWords;

pub(in crate::i18n) const WORDS: InspectorWords = InspectorWords {
    title: "Message",
    previous: "Previous",
    next: "Next",
    close: "Close",
    view: "View",
    pretty: "Pretty",
    raw: "Raw",
    hex: "Hex",
    more: "Show more ({n} bytes left)",
    copy: "Copy",
    save: "Save",
    copied: "Copied.",
    not_copied: "The browser did not allow copying. Select the text and copy it with the keyboard, or save it.",
    too_long: "Too long to copy as hex. Save it instead.",
    time: "Time",
    size: "Size",
    text: "{n} bytes, text",
    binary: "{n} bytes, binary",
    room: "Room",
    offset: "Offset",
    event: "Event",
    from: "From",
    to: "To",
    server_time: "Server time",
    state: "State",
    reason: "Reason",
};
