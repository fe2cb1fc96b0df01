//! Derives the cause of a failed event stream. Browsers report none, so it comes from two requests for the same address:
//! one whose response the page may read if the server allows it, and one whose response it may not read.

/// Media type of an event stream.
const EVENT_STREAM: &str = "text/event-stream";

/// Status and content type of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadResponse {
    /// The status.
    pub status: u16,
    /// The header `Content-Type`; empty without one.
    pub content_type: String,
}

/// Results of the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// `true` if the browser blocks the address: it has no TLS and the page has.
    pub mixed_content: bool,
    /// The response that the page may read.
    pub response: Option<ReadResponse>,
    /// `true` if the server responds, perhaps with a response that the page may not read.
    pub responds: bool,
}

/// The cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamCause {
    /// The page has TLS and the address has not.
    MixedContent,
    /// No response.
    ServerDown,
    /// The server responds and does not allow the page to read the response (CORS).
    MissingCors,
    /// Status 426: the path accepts `WebSocket` connections.
    WebSocket,
    /// Another status than 200.
    Status(u16),
    /// Another content type than that of an event stream.
    ContentType(String),
    /// The response is an event stream: the connection was interrupted.
    Interrupted,
}

/// Returns the cause.
pub fn cause(probe: &Probe) -> StreamCause {
    match &probe.response {
        Some(ReadResponse { status: 426, .. }) => StreamCause::WebSocket,
        Some(ReadResponse { status, .. }) if *status != 200 => StreamCause::Status(*status),
        Some(ReadResponse { content_type, .. }) if !is_event_stream(content_type) => {
            StreamCause::ContentType(content_type.clone())
        }
        Some(_) => StreamCause::Interrupted,
        None if probe.responds => StreamCause::MissingCors,
        None if probe.mixed_content => StreamCause::MixedContent,
        None => StreamCause::ServerDown,
    }
}

fn is_event_stream(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case(EVENT_STREAM)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, content_type: &str) -> Probe {
        let response = Some(ReadResponse { status, content_type: content_type.to_owned() });
        Probe { response, responds: true, ..Probe::default() }
    }

    #[test]
    fn names_status_and_content_type_of_a_readable_response() {
        assert_eq!(cause(&read(404, "text/html")), StreamCause::Status(404));
        assert_eq!(cause(&read(204, EVENT_STREAM)), StreamCause::Status(204));
        assert_eq!(cause(&read(426, "text/plain")), StreamCause::WebSocket);
        for other in ["text/html; charset=utf-8", "", "application/json", "text/event-streams"] {
            assert_eq!(cause(&read(200, other)), StreamCause::ContentType(other.to_owned()));
        }
        for stream in ["text/event-stream", "Text/Event-Stream;charset=utf-8"] {
            assert_eq!(cause(&read(200, stream)), StreamCause::Interrupted);
        }
    }

    #[test]
    fn distinguishes_missing_cors_mixed_content_and_no_server() {
        let probe = |mixed_content, responds| cause(&Probe { mixed_content, response: None, responds });
        assert_eq!(probe(false, true), StreamCause::MissingCors);
        assert_eq!(probe(true, false), StreamCause::MixedContent);
        assert_eq!(probe(false, false), StreamCause::ServerDown);
    }
}
