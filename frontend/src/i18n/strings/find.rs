//! Strings of the bar above the list.

/// Strings of the bar above the list in one language.
#[derive(Debug)]
pub struct FindStrings {
    /// Label of the bar.
    pub heading: &'static str,
    /// Label of the field.
    pub filter: &'static str,
    /// Placeholder of the field.
    pub placeholder: &'static str,
    /// Label of the choice of kinds.
    pub kinds: &'static str,
    /// Kind: all rows.
    pub all: &'static str,
    /// Kind: sent messages.
    pub sent: &'static str,
    /// Kind: received messages.
    pub received: &'static str,
    /// Kind: connection events.
    pub events: &'static str,
    /// Number of matches; `{n}` of `{total}` rows.
    pub count: &'static str,
    /// Position of the selected row among the matches.
    pub position: &'static str,
    /// Button that stops the list.
    pub pause: &'static str,
    /// Button that continues the list.
    pub resume: &'static str,
    /// Button that continues the list, with `{n}` new rows.
    pub resume_new: &'static str,
    /// Button that opens the choice of a format.
    pub export: &'static str,
    /// Export format.
    pub json_lines: &'static str,
    /// Export format.
    pub csv: &'static str,
    /// Progress of an export; `{n}` of `{total}` rows.
    pub exporting: &'static str,
    /// Result of an export; `{n}` of `{total}` rows.
    pub exported: &'static str,
    /// Notice: Tools was closed.
    pub ended: &'static str,
    /// Error: matching took longer than `{ms}` milliseconds.
    pub too_slow: &'static str,
    /// Error: the browser could not run the search.
    pub search_failed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        find::FindStrings:
        heading filter placeholder kinds all sent received events count position pause resume resume_new export json_lines
        csv exporting exported ended too_slow search_failed
    }
}
