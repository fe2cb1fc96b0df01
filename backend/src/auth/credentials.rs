//! Where a token stands in a request. Never in its URL: those are logged and passed on.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, header};

/// What comes before a token that is offered as a subprotocol. A page can set no header of a
/// handshake but this one.
const SUBPROTOCOL: &str = "bearer.";

/// A token as somebody brought it; nothing of it is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'h> {
    token: &'h str,
    source: Source,
}

/// Where a token stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `Sec-WebSocket-Protocol: yodel.v1, bearer.<token>`
    Subprotocol,
    /// `Authorization: Bearer <token>`
    Header,
    /// `Cookie: <name>=<token>`. A browser sends it whoever asks: look at the origin too.
    Cookie,
}

impl<'h> Credentials<'h> {
    /// Looks for a token: as a subprotocol, in the `Authorization` header, and in the cookie of this
    /// name. The first one counts.
    pub fn find(headers: &'h HeaderMap, cookie: Option<&str>) -> Option<Self> {
        let at = |source| move |token| Self { token, source };
        subprotocol(headers)
            .map(at(Source::Subprotocol))
            .or_else(|| authorization(headers).map(at(Source::Header)))
            .or_else(|| cookie.and_then(|name| named(headers, name)).map(at(Source::Cookie)))
    }

    /// The token: not to be logged.
    pub fn token(&self) -> &'h str {
        self.token
    }

    /// Where it stood.
    pub fn source(&self) -> Source {
        self.source
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?})", self.source)
    }
}

fn subprotocol(headers: &HeaderMap) -> Option<&str> {
    texts(headers, &header::SEC_WEBSOCKET_PROTOCOL)
        .flat_map(|value| value.split(','))
        .find_map(|offer| offer.trim().strip_prefix(SUBPROTOCOL).filter(|token| !token.is_empty()))
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    texts(headers, &header::AUTHORIZATION).find_map(|value| {
        let (scheme, token) = value.split_once(' ')?;
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    })
}

fn named<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    texts(headers, &header::COOKIE).flat_map(|value| value.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = quoted.unwrap_or(value);
        (found == name && !value.is_empty()).then_some(value)
    })
}

/// The values of a header that are text; others hold no token.
fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).expect("it is a value"))
        };
        pairs.iter().map(pair).collect()
    }

    fn find(pairs: &[(&'static str, &str)]) -> Option<(String, Source)> {
        let headers = headers(pairs);
        let found = Credentials::find(&headers, Some("session"))?;
        Some((found.token().to_owned(), found.source()))
    }

    #[test]
    fn it_is_offered_as_a_subprotocol_anywhere_in_the_list() {
        let protocol = "sec-websocket-protocol";
        assert_eq!(find(&[(protocol, "yodel.v1, bearer.a.b.c")]), Some(("a.b.c".to_owned(), Source::Subprotocol)));
        assert_eq!(find(&[(protocol, "bearer.a.b.c,yodel.v1")]), Some(("a.b.c".to_owned(), Source::Subprotocol)));
        assert_eq!(
            find(&[(protocol, "yodel.v1"), (protocol, "\tbearer.a ")]),
            Some(("a".to_owned(), Source::Subprotocol))
        );
        assert_eq!(find(&[(protocol, "bearer.a, bearer.b")]), Some(("a".to_owned(), Source::Subprotocol)));
        for none in ["yodel.v1", "bearer", "bearer.", "Bearer.a", "notbearer.a", ""] {
            assert_eq!(find(&[(protocol, none)]), None, "{none}");
        }
    }

    #[test]
    fn it_is_in_the_authorization_header() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c "] {
            assert_eq!(find(&[("authorization", value)]), Some(("a.b.c".to_owned(), Source::Header)), "{value}");
        }
        let two = [("authorization", "Basic eDp5"), ("authorization", "Bearer a")];
        assert_eq!(find(&two), Some(("a".to_owned(), Source::Header)));
        for none in ["a.b.c", "Basic a.b.c", "Bearer", "Bearer ", "Bearera.b.c"] {
            assert_eq!(find(&[("authorization", none)]), None, "{none}");
        }
    }

    #[test]
    fn it_is_in_the_cookie_of_that_name_and_in_no_other() {
        for value in ["session=a.b.c", "theme=dark; session=a.b.c; x=y", "session=\"a.b.c\"", "x;session=a.b.c"] {
            assert_eq!(find(&[("cookie", value)]), Some(("a.b.c".to_owned(), Source::Cookie)), "{value}");
        }
        assert_eq!(find(&[("cookie", "x=y"), ("cookie", "session=a")]), Some(("a".to_owned(), Source::Cookie)));
        assert_eq!(find(&[("cookie", "session=a=b")]), Some(("a=b".to_owned(), Source::Cookie)));
        for none in ["session", "session=", "Session=a", "mysession=a", "x=session=a", "x=\"session=a\""] {
            assert_eq!(find(&[("cookie", none)]), None, "{none}");
        }
        assert!(Credentials::find(&headers(&[("cookie", "session=a")]), None).is_none(), "no cookie was named");
    }

    #[test]
    fn the_subprotocol_comes_before_the_header_and_that_before_the_cookie() {
        let all = [("cookie", "session=c"), ("authorization", "Bearer b"), ("sec-websocket-protocol", "bearer.a")];
        assert_eq!(find(&all), Some(("a".to_owned(), Source::Subprotocol)));
        assert_eq!(find(&all[..2]), Some(("b".to_owned(), Source::Header)));
        assert_eq!(find(&all[..1]), Some(("c".to_owned(), Source::Cookie)));
        assert_eq!(find(&[]), None);
    }

    #[test]
    fn a_value_that_is_no_text_holds_no_token() {
        assert_eq!(
            find(&[("authorization", "Bearer ä"), ("cookie", "session=a")]),
            Some(("a".to_owned(), Source::Cookie))
        );
    }

    #[test]
    fn it_is_not_shown() {
        let headers = headers(&[("authorization", "Bearer very-secret")]);
        let shown = format!("{:?}", Credentials::find(&headers, None));
        assert_eq!(shown, "Some(Credentials(Header))");
    }
}
