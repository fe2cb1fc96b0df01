//! English strings of the server metrics.

use crate::i18n::strings::metrics::MetricsStrings;

pub(in crate::i18n) const STRINGS: MetricsStrings = MetricsStrings {
    heading: "Server metrics",
    connections: "Connections",
    rooms: "Rooms",
    messages_in: "Messages in/s",
    messages_out: "Messages out/s",
    chart_label: "{metric}: now {now}, peak {peak} in the last 2 minutes",
    rejections: "Rejected and closed connections",
    no_rejections: "None since the server started.",
    loading: "Loading…",
    credentials: "API key or token",
    show: "Show",
    credentials_required: "Metrics require an API key or a token with the “api” claim. The page does not store it.",
    forbidden: "This token has no “api” claim.",
    disabled: "Metrics are disabled on this server (option --metrics).",
    unreachable: "The server is not responding. Retrying…",
    failed: "The server responded with {status}. Retrying…",
};
