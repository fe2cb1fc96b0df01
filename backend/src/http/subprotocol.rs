//! Negotiation of the subprotocol (RFC 6455 §1.9). It alone selects `yodel.v1` or plain messages; the content of
//! messages never does.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yodel_protocol::{PLAIN_SUBPROTOCOL, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};

use crate::encode::WireFormat;
use yodel_websocket::header::tokens;

/// Query parameter for tools that cannot set the header.
const QUERY: &str = "protocol";

/// Result of the negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Wire format of the connection.
    pub format: WireFormat,
    /// Subprotocol for the response; `None` if the client offered none, because the response may contain only an
    /// offered one.
    pub subprotocol: Option<&'static str>,
}

/// Error of a client that offers no supported subprotocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubprotocolError {
    /// The client offers only unsupported subprotocols.
    #[error(
        "This server supports the subprotocols `{SUBPROTOCOL}` and `{PLAIN_SUBPROTOCOL}`, and plain messages without \
         one. Offer one of them, or none."
    )]
    Unsupported,
    /// A page offers a token and nothing that the server could select.
    #[error(
        "A browser fails a connection that selects no offered subprotocol, and a token is none. Offer a pair: \
         [\"{PLAIN_SUBPROTOCOL}\", \"{TOKEN_SUBPROTOCOL_PREFIX}TOKEN\"] for plain messages, or \
         [\"{SUBPROTOCOL}\", \"{TOKEN_SUBPROTOCOL_PREFIX}TOKEN\"]."
    )]
    TokenAlone,
}

/// Selects wire format and subprotocol for a client with these headers and this query. Of several supported
/// subprotocols, the one that the client offers first.
///
/// # Errors
/// Returns an error if the client offers only unsupported subprotocols, or is a browser that offers only a token.
pub fn choose(headers: &HeaderMap, query: Option<&str>) -> Result<Selection, SubprotocolError> {
    let (tokens, names): (Vec<&str>, Vec<&str>) =
        offered(headers).partition(|name| name.starts_with(TOKEN_SUBPROTOCOL_PREFIX));
    if let Some((format, name)) = names.iter().find_map(|name| supported(name)) {
        return Ok(Selection { format, subprotocol: Some(name) });
    }
    if !names.is_empty() {
        return Err(SubprotocolError::Unsupported);
    }
    // Only browsers send `Origin`, and only they insist on a selected subprotocol.
    if !tokens.is_empty() && headers.contains_key(header::ORIGIN) {
        return Err(SubprotocolError::TokenAlone);
    }
    let format = match requested(query) {
        Some(name) => supported(name).ok_or(SubprotocolError::Unsupported)?.0,
        None => WireFormat::Plain,
    };
    Ok(Selection { format, subprotocol: None })
}

fn supported(name: &str) -> Option<(WireFormat, &'static str)> {
    match name {
        SUBPROTOCOL => Some((WireFormat::Envelope, SUBPROTOCOL)),
        PLAIN_SUBPROTOCOL => Some((WireFormat::Plain, PLAIN_SUBPROTOCOL)),
        _ => None,
    }
}

/// Returns the subprotocol of the query.
fn requested(query: Option<&str>) -> Option<&str> {
    let mut parameters = query?.split('&').filter_map(|pair| pair.split_once('='));
    parameters.find_map(|(key, value)| (key == QUERY).then_some(value))
}

fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(tokens)
}

impl IntoResponse for SubprotocolError {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, format!("{self}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const PLAIN: WireFormat = WireFormat::Plain;
    const ENVELOPE: WireFormat = WireFormat::Envelope;

    type Chosen = Result<(WireFormat, Option<&'static str>), SubprotocolError>;

    fn chosen(offers: &[&str], query: Option<&str>) -> Chosen {
        chosen_with(HeaderMap::new(), offers, query)
    }

    fn chosen_with(mut headers: HeaderMap, offers: &[&str], query: Option<&str>) -> Chosen {
        for offer in offers {
            headers.append(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(offer).unwrap());
        }
        choose(&headers, query).map(|selection| (selection.format, selection.subprotocol))
    }

    #[test]
    fn selects_the_offered_subprotocol() {
        let envelope = Ok((ENVELOPE, Some("yodel.v1")));
        assert_eq!(chosen(&[], None), Ok((PLAIN, None)));
        assert_eq!(chosen(&["yodel.v1"], None), envelope);
        assert_eq!(chosen(&["chat, yodel.v1"], None), envelope);
        assert_eq!(chosen(&["chat", "bearer.a.b.c,yodel.v1"], None), envelope);
        for unsupported in ["chat", "YODEL.V1", "yodel.v10", "yodel", "Yodel.plain"] {
            assert_eq!(chosen(&[unsupported], None), Err(SubprotocolError::Unsupported), "{unsupported}");
        }
        assert_eq!(chosen(&["bearer.a.b.c"], None), Ok((PLAIN, None)), "a token is not a subprotocol");
    }

    #[test]
    fn selects_plain_messages_by_name() {
        let plain = Ok((PLAIN, Some("yodel.plain")));
        assert_eq!(chosen(&["yodel.plain"], None), plain);
        assert_eq!(chosen(&["yodel.plain, bearer.a.b.c"], None), plain);
        assert_eq!(chosen(&["bearer.a.b.c", "chat, yodel.plain"], None), plain);
        assert_eq!(chosen(&["yodel.plain, yodel.v1"], None), plain, "the client prefers the first");
        assert_eq!(chosen(&["yodel.v1, yodel.plain"], None), Ok((ENVELOPE, Some("yodel.v1"))));
        assert_eq!(chosen(&["yodel.plain"], Some("protocol=yodel.v1")), plain, "the header wins");
    }

    #[test]
    fn selects_the_subprotocol_of_the_query() {
        let envelope = Ok((ENVELOPE, None));
        assert_eq!(chosen(&[], Some("protocol=yodel.v1")), envelope);
        assert_eq!(chosen(&[], Some("a=b&protocol=yodel.v1&c")), envelope);
        assert_eq!(chosen(&["bearer.a.b.c"], Some("protocol=yodel.v1")), envelope);
        assert_eq!(chosen(&[], Some("protocol=yodel.plain")), Ok((PLAIN, None)));
        assert_eq!(chosen(&[], Some("protocol=chat")), Err(SubprotocolError::Unsupported));
        assert_eq!(chosen(&["chat"], Some("protocol=yodel.v1")), Err(SubprotocolError::Unsupported));
        assert_eq!(chosen(&[], Some("x=yodel.v1")), Ok((PLAIN, None)));
    }

    #[test]
    fn names_the_pair_to_offer_to_a_browser_with_only_a_token() {
        let browser = || HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static("http://localhost:8000"))]);
        for query in [None, Some("protocol=yodel.v1")] {
            assert_eq!(chosen_with(browser(), &["bearer.a.b.c"], query), Err(SubprotocolError::TokenAlone));
        }
        let text = SubprotocolError::TokenAlone.to_string();
        assert!(text.contains(r#"["yodel.plain", "bearer.TOKEN"]"#), "{text}");
        assert!(text.contains(r#"["yodel.v1", "bearer.TOKEN"]"#), "{text}");
        for advised in ["yodel.plain, bearer.TOKEN", "yodel.v1, bearer.TOKEN", "yodel.plain", ""] {
            assert!(chosen_with(browser(), &[advised], None).is_ok(), "{advised}");
        }
    }
}
