//! Address of a client behind trusted proxies, from the headers `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! Each proxy appends the address from which it received the request. So the lists are read from the right, and only as
//! far as trusted proxies have written them: the client may have forged everything further left.

use std::iter;
use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Error: both headers are present, and name different clients. A proxy that sets one of them passes the other one on
/// from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Forwarded and X-Forwarded-For name different clients: the proxy must set or remove both headers.")]
pub struct ConflictingHeaders;

/// Returns the address of the client of a request that was received from `peer`: `peer` itself, unless it is a trusted
/// proxy. The port is 0 if the proxy did not report it.
///
/// # Errors
/// Returns an error if the headers contradict each other.
pub fn client(
    peer: SocketAddr,
    headers: &HeaderMap,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Result<SocketAddr, ConflictingHeaders> {
    if !is_trusted(peer.ip()) {
        return Ok(peer);
    }
    let found = |name: &HeaderName, node: fn(&str) -> Option<SocketAddr>| {
        headers.contains_key(name).then(|| {
            let nodes = headers.get_all(name).iter().rev().flat_map(move |value| nodes(value, node));
            first_untrusted(peer, nodes, &is_trusted)
        })
    };
    match (found(&header::FORWARDED, forwarded_for), found(&X_FORWARDED_FOR, address)) {
        (Some(standard), Some(other)) if standard.ip() != other.ip() => Err(ConflictingHeaders),
        (standard, other) => Ok(standard.or(other).unwrap_or(peer)),
    }
}

/// Returns the first address that is not a trusted proxy, or the last one that is known.
fn first_untrusted(
    peer: SocketAddr,
    nodes: impl Iterator<Item = Option<SocketAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> SocketAddr {
    let mut client = peer;
    for node in nodes.map_while(|node| node) {
        client = node;
        if !is_trusted(node.ip()) {
            break;
        }
    }
    client
}

/// Returns the addresses of a header value, from the right; `None` for an address that is unknown or hidden.
fn nodes(
    value: &HeaderValue,
    node: fn(&str) -> Option<SocketAddr>,
) -> Box<dyn Iterator<Item = Option<SocketAddr>> + '_> {
    match value.to_str() {
        Ok(text) => Box::new(rsplit_unquoted(text, ',').map(node)),
        Err(_) => Box::new(iter::once(None)),
    }
}

/// Splits a text at a separator outside of quoted strings, from the right. So it also finds the parts that a proxy has
/// appended to an unbalanced quote of a client.
fn rsplit_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut before) = (false, text);
    text.rsplit(move |character: char| {
        before = &before[..before.len() - character.len_utf8()];
        if character == '"' && !(is_quoted && ends_with_escape(before)) {
            is_quoted = !is_quoted;
        }
        character == separator && !is_quoted
    })
}

/// Returns whether a text in a quoted string escapes the character that follows (RFC 9110, section 5.6.4).
fn ends_with_escape(text: &str) -> bool {
    (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
}

/// Returns the address of the parameter `for` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<SocketAddr> {
    let parameters = rsplit_unquoted(element, ';').filter_map(|parameter| parameter.split_once('='));
    let value =
        parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, value)| value).last()?;
    address(value.trim().trim_matches('"'))
}

/// Parses an address, with or without a port and brackets.
fn address(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().ok();
    let without_port = || {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 0))
    };
    let found = with_port().or_else(without_port)?;
    Some(SocketAddr::new(found.ip().to_canonical(), found.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "127.0.0.1:5000";

    /// Returns the client of a request with these headers from `peer`, where 127.0.0.0/8 and 10.0.0.0/8 are trusted.
    fn client_of(peer: &str, headers: &[(HeaderName, &str)]) -> Result<String, ConflictingHeaders> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let is_trusted =
            |address: IpAddr| matches!(address, IpAddr::V4(address) if [127, 10].contains(&address.octets()[0]));
        client(peer.parse().unwrap(), &map, is_trusted).map(|client| client.to_string())
    }

    #[test]
    fn reads_both_headers_from_the_right() {
        for (header, value, expected) in [
            (X_FORWARDED_FOR, "192.0.2.1", "192.0.2.1:0"),
            (X_FORWARDED_FOR, "192.0.2.1:4711", "192.0.2.1:4711"),
            (X_FORWARDED_FOR, "2001:db8::1", "[2001:db8::1]:0"),
            (X_FORWARDED_FOR, "::ffff:192.0.2.1", "192.0.2.1:0"),
            (X_FORWARDED_FOR, "198.51.100.7, 192.0.2.1", "192.0.2.1:0"),
            (X_FORWARDED_FOR, "198.51.100.7, 192.0.2.1, 10.0.0.2 ,10.0.0.1", "192.0.2.1:0"),
            (X_FORWARDED_FOR, "10.0.0.2, 10.0.0.1", "10.0.0.2:0"),
            (header::FORWARDED, "for=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1:0"),
            (header::FORWARDED, "proto=https; FOR=\"192.0.2.1:80\"", "192.0.2.1:80"),
            (header::FORWARDED, "for=198.51.100.7, for=\"[2001:db8::1]:4711\", for=10.0.0.1", "[2001:db8::1]:4711"),
            (header::FORWARDED, "for=\"[2001:db8::1]\"", "[2001:db8::1]:0"),
        ] {
            assert_eq!(client_of(PROXY, &[(header, value)]).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn believes_only_trusted_proxies() {
        for header in [X_FORWARDED_FOR, header::FORWARDED] {
            let found = client_of("192.0.2.9:1", &[(header, "for=198.51.100.7")]);
            assert_eq!(found.as_deref(), Ok("192.0.2.9:1"));
        }
        assert_eq!(client_of(PROXY, &[]).as_deref(), Ok(PROXY));
    }

    #[test]
    fn cannot_be_deceived_by_the_parts_that_a_client_sends() {
        let appended = "for=192.0.2.1";
        for sent in
            ["for=\"", "for=127.0.0.1, for=\"x", "\\\"", "for=unknown", ",,,", "for=10.0.0.1;\"", "for=\"10.0.0.1"]
        {
            let value = format!("{sent}, {appended}");
            assert_eq!(client_of(PROXY, &[(header::FORWARDED, &value)]).as_deref(), Ok("192.0.2.1:0"), "{value}");
            let lines = [(header::FORWARDED, sent), (header::FORWARDED, appended)];
            assert_eq!(client_of(PROXY, &lines).as_deref(), Ok("192.0.2.1:0"), "{sent}");
        }
    }

    #[test]
    fn cannot_be_deceived_by_a_host_that_a_proxy_quotes() {
        for host in [
            r#"a\", for=198.51.100.7;x=\"b"#,
            r#"a\";for=198.51.100.7;x=\"b"#,
            r#"a\", for=198.51.100.7, x=\"b\\"#,
            r"a\\",
        ] {
            for element in [format!("for=192.0.2.1;host=\"{host}\""), format!("host=\"{host}\";for=192.0.2.1")] {
                for value in [element.clone(), format!("for=203.0.113.9, {element}")] {
                    let found = client_of(PROXY, &[(header::FORWARDED, &value)]);
                    assert_eq!(found.as_deref(), Ok("192.0.2.1:0"), "{value}");
                }
            }
        }
    }

    #[test]
    fn stops_at_an_address_that_a_proxy_hides() {
        for hidden in ["for=unknown", "for=_hidden", "for=\"_hidden:80\"", "proto=https", ""] {
            let value = format!("for=198.51.100.7, {hidden}, for=10.0.0.1");
            assert_eq!(client_of(PROXY, &[(header::FORWARDED, &value)]).as_deref(), Ok("10.0.0.1:0"), "{hidden}");
        }
    }

    #[test]
    fn rejects_headers_that_contradict_each_other() {
        let both = |forwarded, other| client_of(PROXY, &[(header::FORWARDED, forwarded), (X_FORWARDED_FOR, other)]);
        assert_eq!(both("for=198.51.100.7", "192.0.2.1"), Err(ConflictingHeaders));
        assert_eq!(both("for=\"192.0.2.1:80\"", "192.0.2.1").as_deref(), Ok("192.0.2.1:80"));
    }
}
