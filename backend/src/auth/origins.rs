//! Check of the `Origin` and `Host` headers.
//!
//! Browsers let any page open a WebSocket to any server, and send that server's cookies with it, so the
//! server has to check the origin (RFC 6455, section 10.2). On a loopback address it checks the host too,
//! against DNS rebinding: a foreign name that resolves to 127.0.0.1 makes a foreign page same-origin.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};

use crate::config::port;
use crate::config::{AllowedOrigin, Origin};

/// Error of a rejected request. The messages address the operator of the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The origin of the page is not allowed.
    #[error("Origin {0} is not allowed. To allow it, add it to the `origin` setting of the server (--origin {0})")]
    Origin(String),
    /// The `Host` header is neither a loopback name nor the host of an allowed origin.
    #[error(
        "Host {0} is not allowed: the server listens on a loopback address and accepts localhost, 127.0.0.1 and [::1]. Behind a proxy, add the public address to its `origin` setting (--origin)"
    )]
    Host(String),
    /// A page of another site embeds the resource.
    #[error("Pages of other sites may not embed this resource")]
    CrossSiteEmbed,
}

/// Origins whose pages may connect.
#[derive(Clone, Debug)]
pub struct OriginPolicy {
    listed: Vec<AllowedOrigin>,
    loopback: bool,
}

impl OriginPolicy {
    /// Creates a policy for a server that listens on the address `listener`.
    pub fn new(listed: Vec<AllowedOrigin>, listener: IpAddr) -> Self {
        Self { listed, loopback: listener.is_loopback() }
    }

    /// Returns whether every page may connect.
    pub fn allows_any_origin(&self) -> bool {
        self.listed.contains(&AllowedOrigin::Any)
    }

    /// Checks the headers of a request. A request without `Origin` does not come from a script of a page.
    ///
    /// # Errors
    /// Returns an error if the host or the origin is not allowed.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), OriginError> {
        let host = single_value(headers, &header::HOST);
        let authority = host.and_then(|host| host.parse::<Authority>().ok());
        self.check_host(host, authority.as_ref())?;
        self.check_origin(headers, authority.as_ref())
    }

    fn check_host(&self, host: Option<&str>, authority: Option<&Authority>) -> Result<(), OriginError> {
        let known = authority
            .is_some_and(|host| is_loopback(host.host()) || self.origins().any(|origin| matches_host(origin, host)));
        if self.loopback && !self.allows_any_origin() && !known {
            return Err(OriginError::Host(host.unwrap_or("(missing or invalid)").to_owned()));
        }
        Ok(())
    }

    fn check_origin(&self, headers: &HeaderMap, host: Option<&Authority>) -> Result<(), OriginError> {
        if self.allows_any_origin() {
            return Ok(());
        }
        if !headers.contains_key(header::ORIGIN) {
            return if is_cross_site_embed(headers) { Err(OriginError::CrossSiteEmbed) } else { Ok(()) };
        }
        let text = single_value(headers, &header::ORIGIN).unwrap_or("(repeated or invalid)");
        let allowed = text.parse::<Origin>().is_ok_and(|origin| {
            host.is_some_and(|host| matches_host(&origin, host)) || self.origins().any(|listed| *listed == origin)
        });
        if allowed { Ok(()) } else { Err(OriginError::Origin(text.to_owned())) }
    }

    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.listed.iter().filter_map(|listed| match listed {
            AllowedOrigin::Exact(origin) => Some(origin),
            AllowedOrigin::Any => None,
        })
    }
}

/// Returns whether the `Host` header names the origin's host and port. The scheme of the request is unknown,
/// since a proxy may terminate TLS.
fn matches_host(origin: &Origin, host: &Authority) -> bool {
    port(host, origin.https) == Some(origin.port) && host.host().eq_ignore_ascii_case(&origin.host)
}

/// Returns whether another site's page embeds the resource, for example as an image. Browsers then send
/// cookies but no `Origin` (Fetch Metadata).
fn is_cross_site_embed(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    site && headers.get("sec-fetch-mode").is_none_or(|mode| mode != "navigate")
}

/// Returns whether a host always resolves to this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Returns the value of a header; `None` if it is missing, repeated, or not visible ASCII.
fn single_value<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests;
