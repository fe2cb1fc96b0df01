//! English strings of the bar above the list.

use crate::i18n::strings::find::FindStrings;

pub(in crate::i18n) const STRINGS: FindStrings = FindStrings {
    heading: "Filter and export",
    filter: "Filter messages",
    placeholder: "Filter: text or /regex/",
    kinds: "Message type",
    all: "All",
    sent: "Sent",
    received: "Received",
    events: "Events",
    count: "{n} of {total}",
    position: "match {n} selected",
    pause: "Pause",
    resume: "Resume",
    resume_new: "Resume ({n} new)",
    export: "Export",
    json_lines: "JSON Lines",
    csv: "CSV",
    exporting: "Exporting {n} of {total}…",
    exported: "Exported {n} of {total}",
    ended: "Filter and pause ended because Tools was closed.",
    too_slow: "Search stopped: this expression took longer than {ms} ms. Simplify it.",
    search_failed: "The browser could not run this search.",
};
