//! English texts of the server's metrics.

use crate::i18n::words::admin::Admin;

pub(in crate::i18n) const WORDS: Admin = Admin {
    server: "Server",
    connections: "Connections",
    rooms: "Rooms",
    rate_in: "Messages in, a second",
    rate_out: "Messages out, a second",
    graph: "{what}: {now} now, at most {most} in two minutes",
    drops: "Refused and closed",
    no_drops: "None since the server started.",
    loading: "Asking the server.",
    key: "Key or token",
    show: "Show",
    wanted: "The figures need an API key, or a token that claims “api”. It is not stored.",
    forbidden: "This token does not claim “api”.",
    off: "The server shows its figures to nobody: its HTTP interface is off.",
    unreachable: "The server does not answer. Asking again.",
    failed: "The server answered {status}. Asking again.",
};
