//! Strings of the charts.

/// Strings of the charts in one language.
#[derive(Debug)]
pub struct ChartStrings {
    /// Heading of the section.
    pub heading: &'static str,
    /// Chart of the round-trip time.
    pub latency: &'static str,
    /// Time span of a chart.
    pub last_minute: &'static str,
    /// Shown instead of the latency chart in plain mode.
    pub no_latency: &'static str,
    /// Shown instead of a measurement that is not available.
    pub no_data: &'static str,
    /// A time of `{n}` milliseconds.
    pub ms: &'static str,
    /// Chart of messages per second.
    pub messages: &'static str,
    /// Chart of bytes per second.
    pub bytes: &'static str,
    /// Both directions; `{in}`, `{out}`.
    pub rates: &'static str,
    /// Description of the latency chart; `{now}`, `{min}`, `{max}`.
    pub latency_label: &'static str,
    /// Description of a rate chart; `{metric}`, `{in}`, `{out}`, `{peak}`.
    pub rate_label: &'static str,
    /// Heading of the timeline.
    pub timeline: &'static str,
    /// Description of the timeline with `{n}` changes.
    pub timeline_label: &'static str,
    /// Heading of the list of changes.
    pub details: &'static str,
    /// Item of that list; `{url}`.
    pub connected: &'static str,
    /// Item of that list; `{reason}`.
    pub disconnected: &'static str,
    /// Shown instead of an empty timeline.
    pub no_connection_yet: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        charts::ChartStrings:
        heading latency last_minute no_latency no_data ms messages bytes rates latency_label rate_label timeline
        timeline_label details connected disconnected no_connection_yet
    }
}
