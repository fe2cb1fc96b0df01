//! Parsers of flag values. Each error message names the expected form and an example.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use jiff::civil;
use jiff::fmt::friendly::SpanParser;

const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 24 * 60 * 60);
const MAX_SIZE: u64 = 1 << 30;
const MAX_MEMORY: u64 = 1 << 40;
/// Smallest limit of a folder, in bytes.
const MIN_FOLDER_SIZE: usize = 1 << 20;
const MAX_COUNT: u64 = 1_000_000_000;

/// Parses an address to listen on. Resolves a host name, and prefers IPv4.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    let expected = "expected ADDRESS:PORT, such as 127.0.0.1:8000, localhost:8000, [::1]:8000 or 0.0.0.0:80";
    let found: Vec<SocketAddr> = text.to_socket_addrs().map_err(|_| expected)?.collect();
    found.iter().find(|address| address.is_ipv4()).or(found.first()).copied().ok_or_else(|| expected.to_owned())
}

/// Parses a duration with a unit, from 1 ms to 24 h.
pub fn duration(text: &str) -> Result<Duration, String> {
    time(text)
        .filter(|time| (Duration::from_millis(1)..=MAX_DURATION).contains(time))
        .ok_or_else(|| "expected a duration with a unit, from 1ms to 24h, such as 500ms, 25s or 5m".to_owned())
}

/// Parses a duration with a unit, up to 24 h; it may be zero.
pub fn pause(text: &str) -> Result<Duration, String> {
    time(text)
        .filter(|time| *time <= MAX_DURATION)
        .ok_or_else(|| "expected a duration with a unit, from 0s to 24h, such as 5s".to_owned())
}

/// Parses the lifetime of a token with a unit, from 1 s to 366 days.
pub fn lifetime(text: &str) -> Result<Duration, String> {
    time(text)
        .filter(|time| (Duration::from_secs(1)..=MAX_LIFETIME).contains(time))
        .ok_or_else(|| "expected a duration with a unit, from 1s to 366days, such as 15m, 1h or 30days".to_owned())
}

/// Parses a duration with units, such as `1h 30m` or `30days`; a month has 31 days and a year 365.
///
/// Returns `None` for anything else, and for a negative duration.
pub fn time(text: &str) -> Option<Duration> {
    let span = SpanParser::new().parse_span(text).ok()?;
    span.to_duration(civil::date(1970, 1, 1)).ok()?.try_into().ok()
}

/// Parses a number of bytes, with or without a unit, from 1 byte to 1 GiB.
pub fn size(text: &str) -> Result<usize, String> {
    bytes(text, MAX_SIZE).ok_or_else(|| "expected a size from 1 byte to 1GiB, such as 65536, 64KiB or 1MiB".to_owned())
}

/// Parses the memory for a whole server, with or without a unit, from 1 byte to 1 TiB.
pub fn memory(text: &str) -> Result<usize, String> {
    bytes(text, MAX_MEMORY).ok_or_else(|| "expected a size from 1 byte to 1TiB, such as 512MiB or 4GiB".to_owned())
}

/// Parses the size of a folder, with or without a unit, from 1 MiB to 1 TiB: a smaller one has no room for messages.
pub fn folder_size(text: &str) -> Result<usize, String> {
    bytes(text, MAX_MEMORY)
        .filter(|size| *size >= MIN_FOLDER_SIZE)
        .ok_or_else(|| "expected a size from 1MiB to 1TiB, such as 512MiB or 4GiB".to_owned())
}

fn bytes(text: &str, max: u64) -> Option<usize> {
    let size = text.parse::<ByteSize>().ok()?.as_u64();
    if (1..=max).contains(&size) { usize::try_from(size).ok() } else { None }
}

/// Parses a number of bytes like [`size`], or 0.
pub fn size_or_zero(text: &str) -> Result<usize, String> {
    if text == "0" { Ok(0) } else { size(text) }
}

/// Parses a whole number from 1 to 10⁹.
pub fn count<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    within(1, text)
}

/// Parses a whole number from 0 to 10⁹.
pub fn number<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    within(0, text)
}

fn within<N: TryFrom<u64>>(min: u64, text: &str) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| (min..=MAX_COUNT).contains(number));
    number
        .and_then(|number| N::try_from(number).ok())
        .ok_or_else(|| format!("expected a whole number from {min} to {MAX_COUNT}"))
}

/// Parses a path for another endpoint of the server. Rejects paths that the server uses itself.
pub fn new_path(text: &str) -> Result<String, String> {
    let one_of = |served: &[&str]| served.contains(&text);
    let below = |folder: &str| text.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if one_of(&["/ws", "/ws/echo", "/ws/broadcast", "/health", "/ready", "/metrics"]) || below("/api") || below("/sse")
    {
        return Err("the server uses this path itself; choose another one".to_owned());
    }
    path(text)
}

/// Parses a path on the server.
pub fn path(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    if text.starts_with('/') && text.bytes().all(plain) {
        return Ok(text.to_owned());
    }
    Err("expected a path that starts with a slash and has only letters, digits and - . _ ~ /, such as /socket"
        .to_owned())
}

/// Parses the name of a cookie (RFC 6265, section 4.1.1).
pub fn cookie(text: &str) -> Result<String, String> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.is_empty() && text.bytes().all(token) {
        return Ok(text.to_owned());
    }
    Err("expected a cookie name, such as session or __Host-token".to_owned())
}

/// Parses the path of a folder that contains an `index.html`.
pub fn folder(text: &str) -> Result<PathBuf, String> {
    let folder = PathBuf::from(text);
    if folder.join("index.html").is_file() {
        return Ok(folder);
    }
    Err("expected a folder that contains an index.html, such as dist after `make build`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_an_address_with_a_port() {
        assert_eq!(listen("127.0.0.1:0"), Ok(SocketAddr::from(([127, 0, 0, 1], 0))));
        assert_eq!(listen("localhost:81"), Ok(SocketAddr::from(([127, 0, 0, 1], 81))));
        assert_eq!(listen("[::1]:82").map(|a| a.to_string()), Ok("[::1]:82".to_owned()));
        for invalid in ["", "8000", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:http"] {
            assert!(listen(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_a_pause_that_may_be_zero() {
        assert_eq!(pause("0s"), Ok(Duration::ZERO));
        assert_eq!(pause("5s"), Ok(Duration::from_secs(5)));
        assert!(["5", "-1s", "25h", ""].iter().all(|text| pause(text).is_err()));
    }

    #[test]
    fn parses_a_duration_with_a_unit_from_1_ms_to_24_h() {
        assert_eq!(duration("25s"), Ok(Duration::from_secs(25)));
        assert_eq!(duration("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("24h"), Ok(MAX_DURATION));
        for (right, time) in [("500ms", 500), ("5m", 300_000), ("1h30m", 5_400_000), ("1day", 86_400_000)] {
            assert_eq!(duration(right), Ok(Duration::from_millis(time)), "{right}");
        }
        for invalid in ["", "25", "0s", "-1s", "25 parsecs", "25h", "99999999999999999999s"] {
            assert!(duration(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_a_size_with_or_without_a_unit() {
        assert_eq!(size("65536"), Ok(65_536));
        assert_eq!(size("64KiB"), Ok(65_536));
        assert_eq!(size("1GiB"), Ok(1 << 30));
        for invalid in ["", "0", "-1", "64 elephants", "2GiB", "99999999999999999999"] {
            assert!(size(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_the_memory_of_a_server() {
        assert_eq!((memory("4GiB"), memory("1TiB")), (Ok(4 << 30), Ok(1 << 40)));
        for invalid in ["", "0", "2TiB", "99999999999999999999"] {
            assert!(memory(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_the_size_of_a_folder() {
        assert_eq!((folder_size("1MiB"), folder_size("1TiB")), (Ok(1 << 20), Ok(1 << 40)));
        for invalid in ["", "0", "1048575", "2TiB"] {
            assert!(folder_size(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_a_lifetime_from_1_s_to_366_days() {
        assert_eq!(lifetime("30days"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(lifetime("1year"), Ok(Duration::from_secs(365 * 86_400)));
        for invalid in ["", "60", "0s", "500ms", "367days", "-1h"] {
            assert!(lifetime(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn parses_counts_within_their_range() {
        assert_eq!((number("0"), number("1000000000")), (Ok(0_u32), Ok(1_000_000_000_u32)));
        assert_eq!((count("1"), count("1000000000")), (Ok(1_u64), Ok(MAX_COUNT)));
        for invalid in ["", "-1", "1.5", "1k", "1000000001", "99999999999999999999"] {
            assert!(number::<u64>(invalid).is_err() && count::<u32>(invalid).is_err(), "{invalid}");
        }
        assert!(count::<u32>("0").is_err());
    }

    #[test]
    fn rejects_a_path_that_breaks_the_router_or_is_in_use() {
        for right in ["/socket", "/"] {
            assert_eq!((path(right), new_path(right)), (Ok(right.to_owned()), Ok(right.to_owned())));
        }
        for invalid in ["", "socket", "/{id}", "/*all", "/a b", "/a?b"] {
            assert!(path(invalid).is_err() && new_path(invalid).is_err(), "{invalid}");
        }
        assert_eq!(path("/ws/echo"), Ok("/ws/echo".to_owned()));
        for served in ["/ws", "/ws/echo", "/api", "/api/x", "/sse/chat", "/health", "/ready", "/metrics"] {
            assert!(path(served).is_ok() && new_path(served).is_err(), "{served}");
        }
        assert!(new_path("/apis").is_ok() && new_path("/healthy").is_ok());
    }

    #[test]
    fn parses_a_cookie_name() {
        assert_eq!(cookie("__Host-token"), Ok("__Host-token".to_owned()));
        for invalid in ["", "a b", "a=b", "a;b", "a,b", "\"a\"", "ä"] {
            assert!(cookie(invalid).is_err(), "{invalid}");
        }
    }
}
