//! Origins of web pages.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::Uri;
use axum::http::uri::Authority;

/// Origin, or all origins, whose pages may connect.
///
/// ```
/// use yodel_server::AllowedOrigin;
///
/// let listed: AllowedOrigin = "https://app.example.com".parse()?;
/// assert!(matches!(listed, AllowedOrigin::Exact(_)));
/// assert!("app.example.com".parse::<AllowedOrigin>().is_err(), "the scheme is missing");
/// # Ok::<(), yodel_server::ParseOriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigin {
    /// Every origin: `*`.
    Any,
    /// One origin: `https://app.example.com`.
    Exact(Origin),
}

/// Scheme, host and port of a web page (RFC 6454, section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub(crate) https: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Error of a text that is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected * or an origin such as https://app.example.com or http://localhost:3000")]
pub struct ParseOriginError;

impl AllowedOrigin {
    /// Returns whether this is the origin of a host other than the loopback address. A server with a public origin is
    /// reachable for other machines, although it may listen on a loopback address.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Exact(origin) if !is_loopback(&origin.host))
    }
}

impl FromStr for AllowedOrigin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, ParseOriginError> {
        if text == "*" {
            return Ok(Self::Any);
        }
        text.trim_end_matches('/').parse().map(Self::Exact)
    }
}

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, ParseOriginError> {
        Self::parse(text).ok_or(ParseOriginError)
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        let bare = text.ends_with(authority.as_str()) && !authority.as_str().contains('@');
        let port = port(authority, https)?;
        bare.then(|| Self { https, host: authority.host().to_ascii_lowercase(), port })
    }
}

/// Returns whether a host always resolves to this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_address = bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    host == "localhost" || host.ends_with(".localhost") || is_address
}

/// Returns the port of an authority, or the default port of the scheme if it has none; `None` if the port is
/// not a valid number.
pub(crate) fn port(authority: &Authority, https: bool) -> Option<u16> {
    match authority.as_str().rsplit_once(authority.host())?.1 {
        "" => Some(if https { 443 } else { 80 }),
        suffix => suffix.strip_prefix(':')?.parse().ok(),
    }
}
