//! Who may connect from a browser: the page's origin, and the host it asked for.
//!
//! Browsers let any page open a WebSocket to any server and send its cookies along, so the server
//! has to look (RFC 6455, section 10.2). On a loopback address the host counts too: a foreign name
//! that resolves to 127.0.0.1 makes a foreign page look like the server's own.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};

use crate::config::port;
use crate::config::{ListedOrigin, Origin};

/// Why a handshake is refused, in words for the one who runs the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The page comes from somewhere else.
    #[error("Pages from {0} may not connect here. If they should, start the server with --origin {0}")]
    Origin(String),
    /// The host is a foreign name for this machine.
    #[error(
        "This server is reached as localhost, 127.0.0.1 or [::1], not as {0}. Behind a proxy, start it with --origin and the public address"
    )]
    Host(String),
    /// A page from somewhere else wants it as a part of itself.
    #[error("Pages from elsewhere may not embed this")]
    Embedded,
}

/// Which pages may connect.
#[derive(Clone, Debug)]
pub struct OriginPolicy {
    listed: Vec<ListedOrigin>,
    loopback: bool,
}

impl OriginPolicy {
    /// A policy for a listener on this address.
    pub fn new(listed: Vec<ListedOrigin>, listener: IpAddr) -> Self {
        Self { listed, loopback: listener.is_loopback() }
    }

    /// Whether every page may connect.
    pub fn is_open(&self) -> bool {
        self.listed.contains(&ListedOrigin::Any)
    }

    /// Whether a handshake with these headers may go on.
    ///
    /// # Errors
    /// When its host or its origin is foreign.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Forbidden> {
        let host = only(headers, &header::HOST);
        let authority = host.and_then(|host| host.parse::<Authority>().ok());
        self.check_host(host, authority.as_ref())?;
        self.check_origin(headers, authority.as_ref())
    }

    fn check_host(&self, host: Option<&str>, authority: Option<&Authority>) -> Result<(), Forbidden> {
        let known =
            authority.is_some_and(|host| is_loopback(host.host()) || self.origins().any(|origin| is_at(origin, host)));
        if self.loopback && !self.is_open() && !known {
            return Err(Forbidden::Host(host.unwrap_or("nothing").to_owned()));
        }
        Ok(())
    }

    fn check_origin(&self, headers: &HeaderMap, host: Option<&Authority>) -> Result<(), Forbidden> {
        if self.is_open() {
            return Ok(());
        }
        if !headers.contains_key(header::ORIGIN) {
            return if is_embedded(headers) { Err(Forbidden::Embedded) } else { Ok(()) };
        }
        let text = only(headers, &header::ORIGIN).unwrap_or("several origins");
        let allowed = text
            .parse::<Origin>()
            .is_ok_and(|origin| host.is_some_and(|host| is_at(&origin, host)) || self.origins().any(|o| *o == origin));
        if allowed { Ok(()) } else { Err(Forbidden::Origin(text.to_owned())) }
    }

    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.listed.iter().filter_map(|listed| match listed {
            ListedOrigin::One(origin) => Some(origin),
            ListedOrigin::Any => None,
        })
    }
}

/// Returns whether the `Host` header names the origin's host and port. Its scheme is unknown, since proxies
/// end TLS.
fn is_at(origin: &Origin, host: &Authority) -> bool {
    port(host, origin.https) == Some(origin.port) && host.host().eq_ignore_ascii_case(&origin.host)
}

/// Whether another site's page wants it as a part of itself, such as a picture: browsers name no
/// origin then, but send their cookies along (Fetch Metadata).
fn is_embedded(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    site && headers.get("sec-fetch-mode").is_none_or(|mode| mode != "navigate")
}

/// A name that nobody else can point at this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A header that stands there once and is text.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests;
