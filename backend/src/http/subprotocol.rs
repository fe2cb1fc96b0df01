//! Negotiation of the subprotocol (RFC 6455 §1.9). It alone selects `yodel.v1` or plain messages; the content of
//! messages never does.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yodel_protocol::SUBPROTOCOL;

use crate::encode::WireFormat;
use yodel_websocket::header::tokens;

/// Prefix of an offered subprotocol that contains a token, because browsers cannot set other headers.
const BEARER: &str = "bearer.";

/// Query parameter for tools that cannot set the header.
const QUERY: &str = "protocol";

/// Error of a client that offers only unsupported subprotocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This server supports the subprotocol `{SUBPROTOCOL}`, and plain messages without one. Offer that, or none.")]
pub struct UnsupportedSubprotocol;

/// Returns the wire format for a client with these headers and this query.
///
/// # Errors
/// Returns an error if the client offers only unsupported subprotocols.
pub fn choose(headers: &HeaderMap, query: Option<&str>) -> Result<WireFormat, UnsupportedSubprotocol> {
    let requested =
        query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == QUERY);
    let offered: Vec<&str> = offered(headers).filter(|name| !name.starts_with(BEARER)).collect();
    match requested {
        _ if offered.contains(&SUBPROTOCOL) => Ok(WireFormat::Envelope),
        _ if !offered.is_empty() => Err(UnsupportedSubprotocol),
        Some((_, SUBPROTOCOL)) => Ok(WireFormat::Envelope),
        Some(_) => Err(UnsupportedSubprotocol),
        None => Ok(WireFormat::Plain),
    }
}

/// Returns whether the header offers `yodel.v1`. Only then may the response contain it.
pub fn is_offered(headers: &HeaderMap) -> bool {
    offered(headers).any(|name| name == SUBPROTOCOL)
}

fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(tokens)
}

impl IntoResponse for UnsupportedSubprotocol {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, format!("{self}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn chosen(offers: &[&str], query: Option<&str>) -> Result<WireFormat, UnsupportedSubprotocol> {
        let values = offers.iter().map(|offer| (header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(offer).unwrap()));
        choose(&values.collect(), query)
    }

    #[test]
    fn selects_the_offered_subprotocol() {
        assert_eq!(chosen(&[], None), Ok(WireFormat::Plain));
        assert_eq!(chosen(&["yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat, yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat", "bearer.a.b.c,yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat"], None), Err(UnsupportedSubprotocol));
        assert_eq!(chosen(&["YODEL.V1"], None), Err(UnsupportedSubprotocol));
        assert_eq!(chosen(&["yodel.v10"], None), Err(UnsupportedSubprotocol));
        assert_eq!(chosen(&["bearer.a.b.c"], None), Ok(WireFormat::Plain), "a token is not a subprotocol");
    }

    #[test]
    fn selects_the_subprotocol_of_the_query() {
        assert_eq!(chosen(&[], Some("protocol=yodel.v1")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&[], Some("a=b&protocol=yodel.v1&c")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["bearer.a.b.c"], Some("protocol=yodel.v1")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&[], Some("protocol=chat")), Err(UnsupportedSubprotocol));
        assert_eq!(chosen(&["chat"], Some("protocol=yodel.v1")), Err(UnsupportedSubprotocol));
        assert_eq!(chosen(&[], Some("x=yodel.v1")), Ok(WireFormat::Plain));
    }
}
