//! Origins of web pages.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Origin, or all origins, whose pages may connect.
///
/// ```
/// use yodel_server::AllowedOrigin;
///
/// let listed: AllowedOrigin = "https://app.example.com".parse()?;
/// assert!(matches!(listed, AllowedOrigin::Exact(_)));
/// assert!("chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb".parse::<AllowedOrigin>().is_ok());
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

/// Origin of a page: scheme, host and port, or the opaque origin `null` (RFC 6454, section 6.2).
///
/// Its display form is the one that browsers send, so that it can be parsed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(OriginKind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum OriginKind {
    /// Origin of sandboxed frames and of local files, without a name.
    Null,
    Tuple {
        /// Lower-case scheme.
        scheme: String,
        /// Lower-case host; an IPv6 address has brackets.
        host: String,
        /// Port; `None` for the default port of the scheme.
        port: Option<u16>,
    },
}

/// Error of a text that is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected *, null, or an origin such as https://app.example.com, http://localhost:3000 or chrome-extension://ID, \
     without a path; an international name in the form xn--.."
)]
pub struct ParseOriginError;

impl AllowedOrigin {
    /// Returns whether this is the origin of a web page on a host other than loopback. A server with a public origin is
    /// reachable from other machines, even if it listens on a loopback address.
    pub(crate) fn is_public(&self) -> bool {
        let Self::Exact(origin) = self else { return false };
        matches!(origin.scheme(), Some("http" | "https")) && origin.host().is_some_and(|host| !is_loopback(host))
    }

    /// Returns whether pages of any author may have an allowed origin.
    pub(super) fn is_everybody(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(origin) => origin.is_null(),
        }
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Exact(origin) => origin.fmt(f),
        }
    }
}

impl Origin {
    /// Returns whether this is the opaque origin, which pages of any author may have.
    pub fn is_null(&self) -> bool {
        self.0 == OriginKind::Null
    }

    /// Returns the scheme in lower case; `None` for the opaque origin.
    pub fn scheme(&self) -> Option<&str> {
        match &self.0 {
            OriginKind::Null => None,
            OriginKind::Tuple { scheme, .. } => Some(scheme),
        }
    }

    /// Returns the host in lower case; `None` for the opaque origin.
    pub fn host(&self) -> Option<&str> {
        match &self.0 {
            OriginKind::Null => None,
            OriginKind::Tuple { host, .. } => Some(host),
        }
    }

    /// Returns the port, which may be the default port of the scheme; `None` if there is none.
    pub fn port(&self) -> Option<u16> {
        match &self.0 {
            OriginKind::Null => None,
            OriginKind::Tuple { scheme, port, .. } => port.or_else(|| default_port(scheme)),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self(OriginKind::Null));
        }
        let (scheme, authority) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let (host, port) = split_port(authority)?;
        let host = parse_host(host)?;
        let is_file = scheme == "file" && port.is_none();
        if !is_scheme(&scheme) || (host.is_empty() && !is_file) {
            return None;
        }
        let port = port.filter(|port| default_port(&scheme) != Some(*port));
        Some(Self(OriginKind::Tuple { scheme, host, port }))
    }
}

impl FromStr for AllowedOrigin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, ParseOriginError> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let origin = text.parse().or_else(|error| text.strip_suffix('/').map_or(Err(error), str::parse))?;
        Ok(Self::Exact(origin))
    }
}

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Self, ParseOriginError> {
        Self::parse(text).ok_or(ParseOriginError)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            OriginKind::Null => f.write_str("null"),
            OriginKind::Tuple { scheme, host, port: None } => write!(f, "{scheme}://{host}"),
            OriginKind::Tuple { scheme, host, port: Some(port) } => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}

/// Returns whether a host always resolves to this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_address = bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    host == "localhost" || host.ends_with(".localhost") || is_address
}

/// Returns the default port of a scheme whose origins have one.
pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Returns host and port of an authority; `None` if the port is not a number.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    // The colons of an IPv6 address are in brackets.
    let end = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[end..].split_once(':') {
        None => Some((authority, None)),
        Some((rest, port)) => {
            let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            Some((&authority[..end + rest.len()], Some(port.parse().ok().filter(|_| is_number)?)))
        }
    }
}

/// Returns a host in lower case, and an IPv6 address in its canonical form (RFC 5952); `None` if it has characters that
/// no browser sends, some of which a shell would interpret.
pub(crate) fn parse_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    host.bytes().all(is_valid).then(|| host.to_ascii_lowercase())
}

/// Returns whether a text is a scheme (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_valid)
}

#[cfg(test)]
mod tests;
