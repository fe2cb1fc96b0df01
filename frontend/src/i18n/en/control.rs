//! English strings of the controls of the connection.

use crate::i18n::strings::control::ControlStrings;

pub(in crate::i18n) const STRINGS: ControlStrings = ControlStrings {
    reconnect: "Reconnect automatically",
    ping: "Ping now",
    no_ping: "Browsers cannot send WebSocket pings. With yodel.v1 the page measures the latency.",
    waiting: "Waiting for the reply…",
    latency: "Latency: {n} ms",
    not_connected: "Not connected.",
    close_with: "Close with code",
    code: "Code (1000 or 3000–4999)",
    reason: "Reason",
    reason_size: "{n} of {max} bytes",
    invalid_code: "Browsers permit the close codes 1000 and 3000–4999 only.",
    reason_too_long: "Reason too long: {n} bytes (limit {max}).",
    close: "Close connection",
};
