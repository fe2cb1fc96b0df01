//! English strings of the inspector.

use crate::i18n::strings::inspector::InspectorStrings;

pub(in crate::i18n) const STRINGS: InspectorStrings = InspectorStrings {
    heading: "Message details",
    previous: "Previous",
    next: "Next",
    close: "Close",
    view: "View",
    pretty: "Pretty",
    raw: "Raw",
    hex: "Hex",
    show_more: "Show more ({n} {n:byte|bytes} left)",
    copy: "Copy",
    save: "Save",
    copied: "Copied.",
    copy_blocked: "The browser blocked copying. Select the text and copy it, or save it.",
    too_long: "Too long to copy as hex. Save it instead.",
    time: "Time",
    size: "Size",
    text: "{n} {n:byte|bytes}, text",
    binary: "{n} {n:byte|bytes}, binary",
    room: "Room",
    event_id: "Event ID",
    offset: "Offset",
    event: "Event",
    from: "From",
    to: "To",
    server_time: "Server time",
    status: "Status",
    reason: "Reason",
};
