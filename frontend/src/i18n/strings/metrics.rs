//! Strings of the server metrics.

/// Strings of the server metrics in one language.
#[derive(Debug)]
pub struct MetricsStrings {
    /// Heading of the section, which opens it.
    pub heading: &'static str,
    /// Chart of open connections.
    pub connections: &'static str,
    /// Chart of rooms.
    pub rooms: &'static str,
    /// Chart of received messages per second.
    pub messages_in: &'static str,
    /// Chart of delivered messages per second.
    pub messages_out: &'static str,
    /// Description of a chart; `{metric}`, `{now}`, `{peak}`.
    pub chart_label: &'static str,
    /// Heading of the rejections and closes by reason.
    pub rejections: &'static str,
    /// Placeholder of that list.
    pub no_rejections: &'static str,
    /// Placeholder before the first response.
    pub loading: &'static str,
    /// Label of the field for a key or token.
    pub credentials: &'static str,
    /// Button that requests the metrics with it.
    pub show: &'static str,
    /// Error: missing or invalid credentials.
    pub credentials_required: &'static str,
    /// Error: the token does not permit access.
    pub forbidden: &'static str,
    /// Error: metrics are disabled, or the server has no such path.
    pub disabled: &'static str,
    /// Error: no response.
    pub unreachable: &'static str,
    /// Error: any other `{status}`.
    pub failed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        metrics::MetricsStrings:
        heading connections rooms messages_in messages_out chart_label rejections no_rejections loading credentials
        show credentials_required forbidden disabled unreachable failed
    }
}
