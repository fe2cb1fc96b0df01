//! PROXY protocol, versions 1 and 2: a header in which a proxy names the client of a connection.
//!
//! Specification: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt};

/// First bytes of a header of version 2.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// First bytes of a header of version 1.
const PREFIX: &[u8] = b"PROXY ";

/// Maximum size of a header of version 1, with its line end (section 2.1).
const MAX_LINE: usize = 107;

/// Maximum size of the addresses and extensions of version 2. Proxies send some hundred bytes at most.
const MAX_EXTENSIONS: u16 = 4096;

/// Reads a header, and nothing after it. Returns the address of the client; `None` if the proxy opened the connection
/// for itself, such as for a health check. Not cancellation-safe.
///
/// # Errors
/// Returns an error if reading fails, or the bytes are not a valid header.
pub async fn read_client(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    match stream.read_u8().await? {
        b'P' => read_line(stream).await,
        b'\r' => read_binary(stream).await,
        _ => Err(invalid("the connection does not start with a header of the PROXY protocol")),
    }
}

/// Reads a header of version 1 after its first byte: `PROXY TCP4 CLIENT SERVER PORT PORT`.
async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut line = vec![PREFIX[0]];
    while !line.ends_with(b"\r\n") {
        if line.len() == MAX_LINE {
            return Err(invalid("the header of the PROXY protocol is too long"));
        }
        line.push(stream.read_u8().await?);
    }
    let line = line.strip_prefix(PREFIX).and_then(|rest| std::str::from_utf8(rest).ok()).unwrap_or_default();
    let fields: Vec<&str> = line.trim_end().split(' ').collect();
    let client = match fields[..] {
        ["UNKNOWN", ..] => return Ok(None),
        ["TCP4", client, _, port, _] => parse::<Ipv4Addr>(client, port),
        ["TCP6", client, _, port, _] => parse::<Ipv6Addr>(client, port),
        _ => None,
    };
    client.map(Some).ok_or_else(|| invalid("the header of the PROXY protocol is invalid"))
}

fn parse<A: std::str::FromStr + Into<IpAddr>>(address: &str, port: &str) -> Option<SocketAddr> {
    let address: A = address.parse().ok()?;
    Some(socket_address(address, port.parse().ok()?))
}

/// Reads a header of version 2 after its first byte.
async fn read_binary(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut signature = [0; SIGNATURE.len() - 1];
    stream.read_exact(&mut signature).await?;
    let (command, family, length) = (stream.read_u8().await?, stream.read_u8().await?, stream.read_u16().await?);
    if signature != SIGNATURE[1..] || length > MAX_EXTENSIONS {
        return Err(invalid("the header of the PROXY protocol is invalid"));
    }
    let mut rest = vec![0; length.into()];
    stream.read_exact(&mut rest).await?;
    match (command, family) {
        (0x21, 0x11) => read_addresses::<4>(&rest).map(|(address, port)| Some(socket_address(address, port))),
        (0x21, 0x21) => read_addresses::<16>(&rest).map(|(address, port)| Some(socket_address(address, port))),
        (0x20 | 0x21, _) => Ok(None),
        _ => Err(invalid("the version of the PROXY protocol is unknown")),
    }
}

/// Returns the client's address and port from the client's address, the server's, the client's port and the server's.
fn read_addresses<const N: usize>(bytes: &[u8]) -> io::Result<([u8; N], u16)> {
    let found = bytes.first_chunk().copied().zip(bytes.get(2 * N..).and_then(|rest| rest.first_chunk().copied()));
    let (address, port) = found.ok_or_else(|| invalid("the header of the PROXY protocol is too short"))?;
    Ok((address, u16::from_be_bytes(port)))
}

fn socket_address(address: impl Into<IpAddr>, port: u16) -> SocketAddr {
    SocketAddr::new(address.into().to_canonical(), port)
}

fn invalid(text: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a header, and asserts that what follows it is not read.
    async fn read(header: &[u8]) -> io::Result<Option<String>> {
        let bytes = [header, b"GET /"].concat();
        let mut stream = &bytes[..];
        let client = read_client(&mut stream).await?;
        assert_eq!(stream, b"GET /");
        Ok(client.map(|client| client.to_string()))
    }

    /// Returns a header of version 2.
    fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest].concat()
    }

    #[tokio::test]
    async fn reads_version_1() {
        for (line, client) in [
            ("TCP4 192.0.2.1 198.51.100.1 56324 443", Some("192.0.2.1:56324")),
            ("TCP6 2001:db8::1 2001:db8::2 56324 443", Some("[2001:db8::1]:56324")),
            ("TCP6 ::ffff:192.0.2.1 ::1 1 2", Some("192.0.2.1:1")),
            ("UNKNOWN", None),
            ("UNKNOWN ffff::1 ffff::2 65535 65535", None),
        ] {
            let header = format!("PROXY {line}\r\n");
            assert_eq!(read(header.as_bytes()).await.unwrap().as_deref(), client, "{line}");
        }
    }

    #[tokio::test]
    async fn reads_version_2() {
        let tcp4 = [192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 187];
        let tcp6 = [&Ipv6Addr::LOCALHOST.octets()[..], &[0; 16], &[0, 80, 0, 90]].concat();
        let extended = [&tcp4[..], &[4, 0, 1, 0]].concat();
        for (header, client) in [
            (binary(0x21, 0x11, &tcp4), Some("192.0.2.1:56324")),
            (binary(0x21, 0x11, &extended), Some("192.0.2.1:56324")),
            (binary(0x21, 0x21, &tcp6), Some("[::1]:80")),
            (binary(0x20, 0x00, &[]), None),
            (binary(0x20, 0x11, &tcp4), None),
            (binary(0x21, 0x00, &[]), None),
        ] {
            assert_eq!(read(&header).await.unwrap().as_deref(), client, "{header:?}");
        }
    }

    #[tokio::test]
    async fn rejects_everything_else() {
        let long = format!("PROXY UNKNOWN {}\r\n", "x".repeat(100));
        for header in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            b"PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
            b"PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 198.51.100.1 65536 1\r\n",
            b"PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n",
            b"POST / HTTP/1.1\r\n\r\n",
            long.as_bytes(),
            b"PROXY TCP4",
            &binary(0x21, 0x11, &[192, 0, 2, 1]),
            &binary(0x11, 0x11, &[0; 12]),
            &binary(0x21, 0x11, &[0; 5000]),
            &SIGNATURE,
        ] {
            assert!(read(header).await.is_err(), "{header:?}");
        }
    }
}
