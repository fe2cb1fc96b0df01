//! Errors of opening a connection; each message is one line.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use yodel_client::target::without_secrets;

use super::address::without_credentials;
use super::tls_error;

/// Error of opening a connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The operating system provided no random numbers.
    #[error("cannot get random numbers from the system: {0}")]
    System(io::Error),
    /// Resolving the host name failed.
    #[error("cannot resolve {0}: {1}")]
    Lookup(String, io::Error),
    /// Connecting to the address failed.
    #[error("cannot connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// All local ports of a source address are in use.
    #[error("cannot open more connections to {0}: all local ports are in use")]
    NoFreePort(SocketAddr),
    /// The system has no root certificates.
    #[error(
        "the system has no root certificates: install ca-certificates, name a file with --cacert, or skip \
         verification with --insecure"
    )]
    NoRootCertificates,
    /// The file of --cacert cannot be used.
    #[error("--cacert {}: {problem}", .file.display())]
    CertificateFile {
        /// The file.
        file: PathBuf,
        /// The reason.
        problem: String,
    },
    /// A flag for TLS with a URL without TLS.
    #[error("{flag} has no effect on {url}, which does not use TLS: remove the flag, or use wss:// or https://")]
    UnusedFlag {
        /// The flag.
        flag: &'static str,
        /// The URL.
        url: String,
    },
    /// The TLS handshake failed.
    #[error("TLS handshake with {0} failed: {reason}", reason = tls_error::describe(.1))]
    Tls(String, io::Error),
    /// The server responded with TLS to a request without it.
    #[error("the server uses TLS on this port: connect with wss:// or https://")]
    TlsPort,
    /// The environment names a proxy that cannot be used.
    #[error("cannot use the proxy in {variable}: {reason}")]
    Proxy {
        /// Name of the environment variable.
        variable: &'static str,
        /// The reason.
        reason: String,
    },
    /// The proxy rejected the CONNECT request.
    #[error("the proxy {proxy} rejected the connection: {status}{}", tunnel_advice(.status))]
    Tunnel {
        /// Host and port of the proxy.
        proxy: String,
        /// Status code and reason phrase.
        status: String,
    },
    /// The server rejected the handshake with a status other than 101.
    #[error("the server rejected the handshake: {status}{}", details(.location.as_deref(), .body))]
    Rejected {
        /// Status code and reason phrase.
        status: String,
        /// The value of `Location`.
        location: Option<String>,
        /// The first line of the body.
        body: String,
    },
    /// The server redirects to a URL that is not followed.
    #[error("the server redirects to {location}, which is not followed: {reason}")]
    Redirect {
        /// The value of `Location`.
        location: String,
        /// The reason.
        reason: &'static str,
    },
    /// The response is not a valid response to the handshake.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// Reading or writing failed.
    #[error("connection error: {0}")]
    Io(io::Error),
}

impl DialError {
    /// Returns `true` if another attempt may succeed.
    ///
    /// `connected` states whether a connection was open before. Then the address was right, and a wrong response or an
    /// unknown host may be temporary, for example while the server is replaced.
    pub fn is_temporary(&self, connected: bool) -> bool {
        match self {
            Self::Rejected { status, .. } | Self::Tunnel { status, .. } => match status.get(..3) {
                Some("408" | "425" | "429") => true,
                Some("501" | "505") => connected,
                Some(code) if code.starts_with('5') => true,
                Some(code) if code.starts_with('4') => connected && code == "404",
                _ => connected,
            },
            Self::Tls(_, error) => connected && !tls_error::is_permanent(error),
            Self::Lookup(..) | Self::Handshake(_) | Self::TlsPort | Self::Redirect { .. } => connected,
            Self::NoRootCertificates | Self::CertificateFile { .. } | Self::UnusedFlag { .. } | Self::Proxy { .. } => {
                false
            }
            _ => true,
        }
    }
}

/// Describes the target of a redirect, or the body by its first line. An HTML page is mentioned without its content.
fn details(location: Option<&str>, body: &str) -> String {
    match (location, body) {
        (Some(location), _) => format!(" (Location: {})", location_excerpt(location)),
        (None, "") => String::new(),
        (None, html) if html.starts_with('<') => " with an HTML page".to_owned(),
        (None, text) => format!(": {text}"),
    }
}

/// Returns what to do about the status of a proxy.
fn tunnel_advice(status: &str) -> &'static str {
    if status.starts_with("407") { "; set the variable to http://USER:PASSWORD@HOST:PORT" } else { "" }
}

/// Returns the first line of a server's text, safe to print: at most 400 characters, control characters replaced.
pub fn excerpt(text: &[u8]) -> String {
    const MAX_CHARS: usize = 400;
    let text = String::from_utf8_lossy(text);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let clean = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let mut short: String = line.chars().take(MAX_CHARS).map(clean).collect();
    if line.chars().nth(MAX_CHARS).is_some() {
        short.push('…');
    }
    short
}

/// Returns the value of a `Location`, safe to print: an [`excerpt`] without credentials, secrets and fragment.
pub fn location_excerpt(location: &str) -> String {
    let (location, _) = location.split_once('#').unwrap_or((location, ""));
    excerpt(without_secrets(&without_credentials(location)).as_bytes())
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

    use super::*;

    #[test]
    fn excerpts_one_line_without_control_characters() {
        assert_eq!(excerpt(b"\n  no such page\nsecond line"), "no such page");
        assert_eq!(excerpt(b"\x1b[31mred\x07"), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(excerpt(&[b'x'; 500]).chars().count(), 401);
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&[0xff, 0xfe]), "\u{fffd}\u{fffd}");
    }

    fn rejected(status: &str) -> DialError {
        DialError::Rejected { status: status.into(), location: None, body: String::new() }
    }

    #[test]
    fn ends_after_a_permanent_failure() {
        let tunnel = |status: &str| DialError::Tunnel { proxy: "p:1".into(), status: status.into() };
        let unknown = || DialError::Lookup("a.invalid".into(), io::ErrorKind::NotFound.into());
        let tls = |error: Error| DialError::Tls("a".into(), io::Error::new(io::ErrorKind::InvalidData, error));
        for (error, first, later) in [
            (rejected("400 Bad Request"), false, false),
            (rejected("401 Unauthorized"), false, false),
            (rejected("404 Not Found"), false, true),
            (rejected("200 OK"), false, true),
            (rejected("301 Moved Permanently"), false, true),
            (rejected("501 Not Implemented"), false, true),
            (rejected("429 Too Many Requests"), true, true),
            (rejected("503 Service Unavailable"), true, true),
            (tunnel("407 Proxy Authentication Required"), false, false),
            (tunnel("403 Forbidden"), false, false),
            (tunnel("502 Bad Gateway"), true, true),
            (unknown(), false, true),
            (tls(Error::InvalidCertificate(CertificateError::Expired)), false, false),
            (tls(Error::AlertReceived(AlertDescription::ProtocolVersion)), false, false),
            (tls(Error::AlertReceived(AlertDescription::InternalError)), false, true),
            (tls(Error::InvalidMessage(InvalidMessage::InvalidContentType)), false, true),
            (DialError::Tls("a".into(), io::ErrorKind::UnexpectedEof.into()), false, true),
            (DialError::TlsPort, false, true),
            (DialError::NoRootCertificates, false, false),
            (DialError::Io(io::ErrorKind::ConnectionReset.into()), true, true),
        ] {
            assert_eq!((error.is_temporary(false), error.is_temporary(true)), (first, later), "{error}");
        }
    }

    #[test]
    fn describes_a_rejection() {
        let text = |location: Option<&str>, body: &str| {
            let location = location.map(str::to_owned);
            DialError::Rejected { status: "404 Not Found".into(), location, body: body.into() }.to_string()
        };
        assert_eq!(text(None, ""), "the server rejected the handshake: 404 Not Found");
        assert_eq!(text(None, "gone"), "the server rejected the handshake: 404 Not Found: gone");
        assert_eq!(text(None, "<!DOCTYPE html>"), "the server rejected the handshake: 404 Not Found with an HTML page");
        assert_eq!(text(Some("/a"), "gone"), "the server rejected the handshake: 404 Not Found (Location: /a)");
        assert!(text(Some("/a?token=hunter2"), "").ends_with("404 Not Found (Location: /a)"));
    }
}
