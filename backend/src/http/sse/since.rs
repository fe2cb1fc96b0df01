//! Last position that an event stream client received.

use axum::http::HeaderMap;
use yodel_protocol::Position;

use crate::encode::event_stream;
use crate::http::error::ApiError;

/// Header that a browser sends when it reconnects.
const HEADER: &str = "last-event-id";

/// Query parameter for other clients.
const QUERY: &str = "since";

/// Returns the last received position. The header takes precedence, because a reconnecting browser repeats the
/// original query. An invalid header is ignored, because a browser does not report errors; the first event says that
/// nothing was recovered.
///
/// # Errors
/// Returns an error if the position in the query is invalid.
pub fn read(headers: &HeaderMap, query: Option<&str>) -> Result<Option<Position>, ApiError> {
    if let Some(id) = headers.get(HEADER) {
        return Ok(id.to_str().ok().and_then(event_stream::position));
    }
    let mut pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, since)) = pairs.find(|(name, _)| *name == QUERY) else { return Ok(None) };
    // Percent-encoding turns the colon into `%3A`.
    let position = event_stream::position(&since.replace("%3A", ":").replace("%3a", ":"));
    position.map(Some).ok_or_else(|| ApiError::bad_request("`since` must be the id of an event, such as k3f9:44."))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use yodel_protocol::{Epoch, Offset};

    use super::*;

    fn since(header: Option<&str>, query: Option<&str>) -> Result<Option<u64>, u16> {
        let mut headers = HeaderMap::new();
        if let Some(id) = header {
            headers.insert(HEADER, HeaderValue::from_bytes(id.as_bytes()).unwrap());
        }
        let position = read(&headers, query).map_err(|problem| problem.status().as_u16())?;
        Ok(position.map(|position| {
            assert_eq!(position, Position { epoch: Epoch::new("k3f9").unwrap(), offset: Offset(position.offset.0) });
            position.offset.0
        }))
    }

    #[test]
    fn prefers_the_header_to_the_query() {
        assert_eq!(since(None, None), Ok(None));
        assert_eq!(since(Some("k3f9:44"), None), Ok(Some(44)));
        assert_eq!(since(None, Some("since=k3f9:44")), Ok(Some(44)));
        assert_eq!(since(None, Some("a=b&since=k3f9%3A44&c")), Ok(Some(44)));
        assert_eq!(since(Some("k3f9:45"), Some("since=k3f9:44")), Ok(Some(45)));
    }

    #[test]
    fn rejects_an_invalid_position_in_the_query_only() {
        for wrong in ["", "44", "k3f9:x"] {
            assert_eq!(since(None, Some(&format!("since={wrong}"))), Err(400), "{wrong}");
            assert_eq!(since(Some(wrong), Some("since=k3f9:44")), Ok(None), "{wrong}");
        }
        assert_eq!(since(Some("\u{e9}:1"), None), Ok(None));
    }
}
