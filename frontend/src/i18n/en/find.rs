//! English texts of search and export.

use crate::i18n::words::find::FindWords;

pub(in crate::i18n) const WORDS: FindWords = FindWords {
    title: "Find and export",
    find: "Find in the rows",
    hint: "Find text or /regex/",
    kinds: "Which rows",
    all: "All",
    sent: "Sent",
    received: "Received",
    events: "Events",
    count: "{n} of {of}",
    pause: "Pause",
    resume: "Resume",
    resume_some: "Resume ({n} waiting)",
    export: "Export",
    json_lines: "JSON lines",
    csv: "CSV",
    exporting: "Exporting: {n} rows so far",
    exported: "Exported {n} of {of} rows",
};
