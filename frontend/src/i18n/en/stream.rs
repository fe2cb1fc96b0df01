//! English strings of event streams.

use crate::i18n::strings::stream::StreamStrings;

pub(in crate::i18n) const STRINGS: StreamStrings = StreamStrings {
    event_names: "Event names (comma-separated)",
    event_names_hint: "Browsers deliver a named event only to a page that knows its name. Unnamed events always arrive.",
    headers: "Browsers cannot set headers on an event stream. Use a cookie, or curl -N -H.",
    invalid_event_name: "Invalid event name “{name}”. Allowed: at most {max} bytes, no control characters.",
    too_many_event_names: "Too many event names (limit {max}).",
    checking: "Checking the server…",
    mixed_content: "Mixed content: this page uses HTTPS, so browsers block http://. Use https://.",
    server_down: "The server is not responding. Check the address and port, that the server is running, and that its certificate is valid (https://).",
    missing_cors: "The server responds, but CORS headers are missing: it does not allow pages from {origin}. It has to send the header Access-Control-Allow-Origin.",
    web_socket: "This path accepts WebSocket connections. Use ws:// or wss://.",
    status: "The server responded with status {status} and not with an event stream. Check the path in the URL.",
    no_content_type: "The response has no content type. An event stream has the content type text/event-stream.",
    content_type: "The server responded with {type} and not with text/event-stream. This URL is not an event stream.",
    interrupted: "The server responds with an event stream, but the connection was interrupted. A proxy may close it, or the server ends it.",
};
