//! Check of the `Origin` and `Host` headers.
//!
//! Browsers let any page open a WebSocket to any server, and send that server's cookies with it, so the
//! server has to check the origin (RFC 6455, section 10.2). It checks the host too, against DNS rebinding:
//! a foreign name that resolves to the server's address makes a foreign page same-origin.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};

use crate::config::{AllowedOrigin, HostName, Origin, ServerConfig, default_port, split_port};

/// Error of a rejected request. The messages address the operator of the server. A flag that they name accepts the
/// value beside it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The origin of the page is not allowed.
    #[error("Origin {0} is not allowed. To allow it, add it to the `origin` setting of the server (--origin {0})")]
    Origin(Origin),
    /// The opaque origin is not allowed.
    #[error(
        "Origin null is not allowed: local files and sandboxed frames of every site have it. To allow all of them, add \
         it to the `origin` setting of the server (--origin null)"
    )]
    NullOrigin,
    /// The header `Origin` is repeated, or is not an origin.
    #[error("The header Origin is repeated, or is not an origin (RFC 6454)")]
    InvalidOrigin,
    /// The server is not known under the name in the header `Host`.
    #[error(
        "Host {0} is not a name of this server, so the page may be an attack (DNS rebinding). If the server has this \
         name, add it to its `host` setting (--host {0}), or list the origin of its pages (--origin)"
    )]
    Host(HostName),
    /// The header `Host` is missing or repeated, or contains no host.
    #[error("The header Host is missing, repeated or invalid")]
    InvalidHost,
    /// A page of another site embeds the resource.
    #[error("Pages of other sites may not embed this resource")]
    CrossSiteEmbed,
}

/// Names in the certificate of the server's own TLS.
pub trait CertifiedNames: fmt::Debug + Send + Sync {
    /// Returns whether the certificate is for this name.
    fn contains(&self, name: &str) -> bool;
}

/// Origins whose pages may connect, and names of the server.
#[derive(Clone, Debug)]
pub struct OriginPolicy {
    listed: Vec<AllowedOrigin>,
    names: Vec<HostName>,
    certified: Option<Arc<dyn CertifiedNames>>,
}

/// Host of a request.
#[derive(Clone, Debug)]
struct RequestHost {
    name: HostName,
    port: Option<u16>,
}

impl OriginPolicy {
    /// Creates a policy with these settings. `certified` are the names of the server's own TLS; without it, a proxy
    /// may terminate TLS.
    pub fn new(config: &ServerConfig, certified: Option<Arc<dyn CertifiedNames>>) -> Self {
        let listed_names = config.origin.iter().filter_map(|listed| match listed {
            AllowedOrigin::Exact(origin) => origin.host()?.parse().ok(),
            AllowedOrigin::Any => None,
        });
        let names = config.host.iter().cloned().chain(listed_names).collect();
        Self { listed: config.origin.clone(), names, certified }
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
        if self.allows_any_origin() {
            return Ok(());
        }
        let host = self.known_host(headers)?;
        self.check_origin(headers, &host)
    }

    /// Checks only the host of a request.
    ///
    /// # Errors
    /// Returns an error if the server is not known under this name.
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), OriginError> {
        if self.allows_any_origin() { Ok(()) } else { self.known_host(headers).map(|_| ()) }
    }

    fn known_host(&self, headers: &HeaderMap) -> Result<RequestHost, OriginError> {
        let host = single_value(headers, &header::HOST).and_then(RequestHost::parse).ok_or(OriginError::InvalidHost)?;
        if self.is_known(&host.name) { Ok(host) } else { Err(OriginError::Host(host.name)) }
    }

    /// Returns whether a page of an attacker cannot have this host: it is an address, a name of this machine, or a name
    /// of the server.
    fn is_known(&self, name: &HostName) -> bool {
        let text = name.as_str();
        let is_address = text.starts_with('[') || text.parse::<Ipv4Addr>().is_ok();
        is_address
            || text == "localhost"
            || self.names.contains(name)
            || self.certified.as_ref().is_some_and(|certified| certified.contains(text))
    }

    fn check_origin(&self, headers: &HeaderMap, host: &RequestHost) -> Result<(), OriginError> {
        if !headers.contains_key(header::ORIGIN) {
            return if is_cross_site_embed(headers) { Err(OriginError::CrossSiteEmbed) } else { Ok(()) };
        }
        let text = single_value(headers, &header::ORIGIN);
        let origin: Origin = text.and_then(|text| text.parse().ok()).ok_or(OriginError::InvalidOrigin)?;
        if self.is_own(&origin, host) || self.origins().any(|listed| *listed == origin) {
            return Ok(());
        }
        Err(if origin.is_null() { OriginError::NullOrigin } else { OriginError::Origin(origin) })
    }

    /// Returns whether an origin is the server's own: it has the host and the port of the request, and its scheme.
    fn is_own(&self, origin: &Origin, host: &RequestHost) -> bool {
        let Some(scheme @ ("http" | "https")) = origin.scheme() else { return false };
        let same_host = origin.host() == Some(host.name.as_str());
        let same_port = origin.port() == host.port.or_else(|| default_port(scheme));
        same_host && same_port && (scheme == "https" || !self.is_https_only(host))
    }

    /// Returns whether pages of a host are loaded over https only: the server has a certificate, or the host is listed
    /// with https. Otherwise the scheme of the request is unknown, since a proxy may terminate TLS.
    fn is_https_only(&self, host: &RequestHost) -> bool {
        let is_listed = |listed: &Origin| listed.scheme() == Some("https") && listed.host() == Some(host.name.as_str());
        self.certified.is_some() || self.origins().any(is_listed)
    }

    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.listed.iter().filter_map(|listed| match listed {
            AllowedOrigin::Exact(origin) => Some(origin),
            AllowedOrigin::Any => None,
        })
    }
}

impl RequestHost {
    /// Parses the value of a `Host` header.
    fn parse(value: &str) -> Option<Self> {
        let (name, port) = split_port(value)?;
        Some(Self { name: name.parse().ok()?, port })
    }
}

/// Returns whether another site's page embeds the resource, for example as an image. Browsers then send
/// cookies but no `Origin` (Fetch Metadata).
fn is_cross_site_embed(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    site && headers.get("sec-fetch-mode").is_none_or(|mode| mode != "navigate")
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
