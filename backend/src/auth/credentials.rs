//! The token in a request's headers. Tokens in URLs are not supported: URLs are logged and shared.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, header};
use yodel_protocol::TOKEN_SUBPROTOCOL_PREFIX;

/// Unverified token of a request, and its source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'h> {
    token: &'h str,
    source: CredentialSource,
}

/// Header that contained the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// `Sec-WebSocket-Protocol: yodel.v1, bearer.<token>`, or the same with `yodel.plain`
    Subprotocol,
    /// `Authorization: Bearer <token>`
    Header,
    /// `Cookie: <name>=<token>`. Browsers send cookies with requests of any page, so the origin has to be
    /// checked too.
    Cookie,
}

impl<'h> Credentials<'h> {
    /// Returns the first token found, in this order: subprotocol, `Authorization` header, and the cookie
    /// named `cookie`.
    pub fn find(headers: &'h HeaderMap, cookie: Option<&str>) -> Option<Self> {
        let at = |source| move |token| Self { token, source };
        subprotocol(headers)
            .map(at(CredentialSource::Subprotocol))
            .or_else(|| authorization(headers).map(at(CredentialSource::Header)))
            .or_else(|| cookie.and_then(|name| cookie_token(headers, name)).map(at(CredentialSource::Cookie)))
    }

    /// Returns the token. It must not be logged.
    pub fn token(&self) -> &'h str {
        self.token
    }

    /// Returns the header that contained the token.
    pub fn source(&self) -> CredentialSource {
        self.source
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?})", self.source)
    }
}

fn subprotocol(headers: &HeaderMap) -> Option<&str> {
    text_values(headers, &header::SEC_WEBSOCKET_PROTOCOL)
        .flat_map(|value| value.split(','))
        .find_map(|offer| offer.trim().strip_prefix(TOKEN_SUBPROTOCOL_PREFIX).filter(|token| !token.is_empty()))
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    text_values(headers, &header::AUTHORIZATION).find_map(|value| {
        let (scheme, token) = value.split_once(' ')?;
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    })
}

fn cookie_token<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    text_values(headers, &header::COOKIE).flat_map(|value| value.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = quoted.unwrap_or(value);
        (found == name && !value.is_empty()).then_some(value)
    })
}

/// Returns the values of a header that are visible ASCII; other values contain no token.
fn text_values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).expect("a valid header value"))
        };
        pairs.iter().map(pair).collect()
    }

    fn find(pairs: &[(&'static str, &str)]) -> Option<(String, CredentialSource)> {
        let headers = headers(pairs);
        let found = Credentials::find(&headers, Some("session"))?;
        Some((found.token().to_owned(), found.source()))
    }

    #[test]
    fn finds_a_token_anywhere_in_the_subprotocol_list() {
        let protocol = "sec-websocket-protocol";
        assert_eq!(
            find(&[(protocol, "yodel.v1, bearer.a.b.c")]),
            Some(("a.b.c".to_owned(), CredentialSource::Subprotocol))
        );
        assert_eq!(
            find(&[(protocol, "bearer.a.b.c,yodel.v1")]),
            Some(("a.b.c".to_owned(), CredentialSource::Subprotocol))
        );
        assert_eq!(
            find(&[(protocol, "yodel.v1"), (protocol, "\tbearer.a ")]),
            Some(("a".to_owned(), CredentialSource::Subprotocol))
        );
        assert_eq!(find(&[(protocol, "bearer.a, bearer.b")]), Some(("a".to_owned(), CredentialSource::Subprotocol)));
        for none in ["yodel.v1", "bearer", "bearer.", "Bearer.a", "notbearer.a", ""] {
            assert_eq!(find(&[(protocol, none)]), None, "{none}");
        }
    }

    #[test]
    fn finds_a_token_in_the_authorization_header() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c "] {
            assert_eq!(
                find(&[("authorization", value)]),
                Some(("a.b.c".to_owned(), CredentialSource::Header)),
                "{value}"
            );
        }
        let two = [("authorization", "Basic eDp5"), ("authorization", "Bearer a")];
        assert_eq!(find(&two), Some(("a".to_owned(), CredentialSource::Header)));
        for none in ["a.b.c", "Basic a.b.c", "Bearer", "Bearer ", "Bearera.b.c"] {
            assert_eq!(find(&[("authorization", none)]), None, "{none}");
        }
    }

    #[test]
    fn finds_a_token_only_in_the_configured_cookie() {
        for value in ["session=a.b.c", "theme=dark; session=a.b.c; x=y", "session=\"a.b.c\"", "x;session=a.b.c"] {
            assert_eq!(find(&[("cookie", value)]), Some(("a.b.c".to_owned(), CredentialSource::Cookie)), "{value}");
        }
        assert_eq!(
            find(&[("cookie", "x=y"), ("cookie", "session=a")]),
            Some(("a".to_owned(), CredentialSource::Cookie))
        );
        assert_eq!(find(&[("cookie", "session=a=b")]), Some(("a=b".to_owned(), CredentialSource::Cookie)));
        for none in ["session", "session=", "Session=a", "mysession=a", "x=session=a", "x=\"session=a\""] {
            assert_eq!(find(&[("cookie", none)]), None, "{none}");
        }
        assert!(Credentials::find(&headers(&[("cookie", "session=a")]), None).is_none(), "no cookie is configured");
    }

    #[test]
    fn prefers_the_subprotocol_to_the_header_and_the_header_to_the_cookie() {
        let all = [("cookie", "session=c"), ("authorization", "Bearer b"), ("sec-websocket-protocol", "bearer.a")];
        assert_eq!(find(&all), Some(("a".to_owned(), CredentialSource::Subprotocol)));
        assert_eq!(find(&all[..2]), Some(("b".to_owned(), CredentialSource::Header)));
        assert_eq!(find(&all[..1]), Some(("c".to_owned(), CredentialSource::Cookie)));
        assert_eq!(find(&[]), None);
    }

    #[test]
    fn skips_header_values_that_are_not_ascii() {
        assert_eq!(
            find(&[("authorization", "Bearer ä"), ("cookie", "session=a")]),
            Some(("a".to_owned(), CredentialSource::Cookie))
        );
    }

    #[test]
    fn debug_output_does_not_contain_the_token() {
        let headers = headers(&[("authorization", "Bearer very-secret")]);
        let shown = format!("{:?}", Credentials::find(&headers, None));
        assert_eq!(shown, "Some(Credentials(Header))");
    }
}
