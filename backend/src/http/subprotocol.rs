//! Which subprotocol a client wants (RFC 6455, section 1.9): that alone says whether it speaks
//! `yodel.v1` or sends raw messages, never what is in them.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yodel_protocol::SUBPROTOCOL;

use crate::encode::WireFormat;
use yodel_websocket::header::tokens;

/// What a subprotocol begins with that only carries a token: browsers cannot set other headers.
const BEARER: &str = "bearer.";

/// For tools that cannot set the header.
const QUERY: &str = "protocol";

/// Nothing of what is offered is spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This server speaks `{SUBPROTOCOL}`, or plain messages without a subprotocol: offer that, or nothing.")]
pub struct Unknown;

/// What is spoken with a client that sends these headers and this query.
///
/// # Errors
/// When it offers only what is unknown here.
pub fn choose(headers: &HeaderMap, query: Option<&str>) -> Result<WireFormat, Unknown> {
    let asked =
        query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == QUERY);
    let offered: Vec<&str> = offered(headers).filter(|name| !name.starts_with(BEARER)).collect();
    match asked {
        _ if offered.contains(&SUBPROTOCOL) => Ok(WireFormat::Envelope),
        _ if !offered.is_empty() => Err(Unknown),
        Some((_, SUBPROTOCOL)) => Ok(WireFormat::Envelope),
        Some(_) => Err(Unknown),
        None => Ok(WireFormat::Plain),
    }
}

/// Whether it was offered in the header: only then it may be in the answer's.
pub fn is_offered(headers: &HeaderMap) -> bool {
    offered(headers).any(|name| name == SUBPROTOCOL)
}

fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(tokens)
}

impl IntoResponse for Unknown {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, format!("{self}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn chosen(offers: &[&str], query: Option<&str>) -> Result<WireFormat, Unknown> {
        let values = offers.iter().map(|offer| (header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(offer).unwrap()));
        choose(&values.collect(), query)
    }

    #[test]
    fn the_offer_decides() {
        assert_eq!(chosen(&[], None), Ok(WireFormat::Plain));
        assert_eq!(chosen(&["yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat, yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat", "bearer.a.b.c,yodel.v1"], None), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["chat"], None), Err(Unknown));
        assert_eq!(chosen(&["YODEL.V1"], None), Err(Unknown));
        assert_eq!(chosen(&["yodel.v10"], None), Err(Unknown));
        assert_eq!(chosen(&["bearer.a.b.c"], None), Ok(WireFormat::Plain), "that is a token");
    }

    #[test]
    fn the_query_serves_those_who_cannot_offer() {
        assert_eq!(chosen(&[], Some("protocol=yodel.v1")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&[], Some("a=b&protocol=yodel.v1&c")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&["bearer.a.b.c"], Some("protocol=yodel.v1")), Ok(WireFormat::Envelope));
        assert_eq!(chosen(&[], Some("protocol=chat")), Err(Unknown));
        assert_eq!(chosen(&["chat"], Some("protocol=yodel.v1")), Err(Unknown));
        assert_eq!(chosen(&[], Some("x=yodel.v1")), Ok(WireFormat::Plain));
    }
}
