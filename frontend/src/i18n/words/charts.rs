//! Words: what the graphs say. `{name}` is a place for a value.

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The section.
    pub heading: &'static str,
    /// How long the server takes to answer.
    pub latency: &'static str,
    /// The graph's span.
    pub last_minute: &'static str,
    /// Plain mode has none.
    pub no_latency: &'static str,
    /// Nothing was measured.
    pub not_yet: &'static str,
    /// A time; `{n}`.
    pub ms: &'static str,
    /// The graph of messages.
    pub messages: &'static str,
    /// The graph of bytes.
    pub bytes: &'static str,
    /// Both directions; `{in}`, `{out}`.
    pub rates: &'static str,
    /// The picture in words; `{now}`, `{least}`, `{most}`.
    pub latency_words: &'static str,
    /// The picture in words; `{what}`, `{in}`, `{out}`, `{most}`.
    pub rate_words: &'static str,
    /// The strip.
    pub timeline: &'static str,
    /// The strip in words; `{n}`.
    pub timeline_words: &'static str,
    /// Opens the list.
    pub changes: &'static str,
    /// A line of it; `{url}`.
    pub up: &'static str,
    /// A line of it; `{why}`.
    pub down: &'static str,
    /// There was none.
    pub never: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        charts::Words:
        heading latency last_minute no_latency not_yet ms messages bytes rates latency_words rate_words
        timeline timeline_words changes up down never
    }
}
