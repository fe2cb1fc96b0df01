//! English strings of the tabs of several connections.

use crate::i18n::strings::tabs::TabStrings;

pub(in crate::i18n) const STRINGS: TabStrings = TabStrings {
    heading: "Tabs",
    open: "New tab",
    close: "Close tab",
    split: "Split view",
    title: "{name}: {state}. {sent} sent, {received} received, {new} new.",
    too_many: "At most {max} tabs can be open. Close one first.",
    unsent: "This tab has {n} unsent {n:message|messages}. Close it again to discard {n:it|them}.",
};
