//! The server under load, and opening connections to it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::common::CommonFlags;
use super::error::LoadError;
use super::socket::Socket;
use crate::dial::response::DeflateParams;
use crate::dial::stream::{resolve, server_name};
use crate::dial::{DialError, Stream, UpgradeOptions, UpgradeRequest, handshake, tls_config};
use yodel_websocket::decoder::{Decoder, Inflation, Role};

/// Connections per source address. Linux has 28,232 ephemeral ports, and the ports of recently closed connections are
/// not available.
const CONNECTIONS_PER_SOURCE: usize = 20_000;

/// The server under load.
pub struct Target {
    address: SocketAddr,
    authority: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    upgrade: UpgradeRequest,
    /// Largest accepted message, in bytes.
    limit: usize,
}

impl Target {
    /// Resolves the server's address, and prefers IPv4. `limit` is the largest accepted message, in bytes.
    ///
    /// # Errors
    /// Returns an error if the host has no address or if TLS cannot be configured.
    pub async fn resolve(common: &CommonFlags, limit: usize) -> Result<Self, LoadError> {
        let url = &common.url;
        let addresses = resolve(url.host(), url.port()).await?;
        let address = *addresses.iter().find(|address| address.is_ipv4()).unwrap_or(&addresses[0]);
        common.tls.check(url)?;
        let tls = if url.is_secure() { Some((tls_config::connector(&common.tls)?, server_name(url)?)) } else { None };
        let upgrade = UpgradeRequest::new(UpgradeOptions {
            url,
            headers: &common.header,
            subprotocols: common.subprotocol.as_slice(),
            compression: common.compression,
        });
        Ok(Self { address, authority: url.authority().to_owned(), tls, upgrade, limit })
    }

    /// Opens a connection. `index` distributes connections over source addresses.
    ///
    /// # Errors
    /// Returns an error if connecting, TLS or the handshake fails.
    pub async fn open(&self, index: usize) -> Result<Socket, LoadError> {
        let stream = self.dial(index).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => DialError::NoFreePort(self.address),
            _ => DialError::Connect(self.address, error),
        })?;
        let Some((connector, name)) = &self.tls else {
            return self.handshake(Box::new(stream)).await;
        };
        let stream = connector.connect(name.clone(), stream).await;
        self.handshake(Box::new(stream.map_err(|error| DialError::Tls(self.authority.clone(), error))?)).await
    }

    async fn dial(&self, index: usize) -> io::Result<TcpStream> {
        let socket = if self.address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(source) = source_address(self.address.ip(), index) {
            socket.bind((source, 0).into())?;
        }
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn handshake(&self, mut stream: Box<dyn Stream>) -> Result<Socket, LoadError> {
        let mut mask = [0; 4];
        getrandom::fill(&mut mask).map_err(|error| LoadError::System(error.into()))?;
        let (deflate, rest) = handshake::handshake(&mut stream, &self.upgrade).await?;
        let inflation = deflate.map_or(Inflation::Disabled, DeflateParams::inflation);
        let decoder = Decoder::new(Role::Client, self.limit, inflation);
        Ok(Socket::new(stream, mask, deflate.is_some(), decoder, rest))
    }
}

/// Returns the source address of a connection to a loopback server, or `None` to let the system choose. All of
/// 127.0.0.0/8 is local.
fn source_address(server: IpAddr, index: usize) -> Option<Ipv4Addr> {
    let last = u8::try_from(1 + index / CONNECTIONS_PER_SOURCE).ok()?;
    (server.is_loopback() && server.is_ipv4() && last > 1).then(|| Ipv4Addr::new(127, 0, 0, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributes_local_connections_over_loopback_addresses() {
        let loopback = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(source_address(loopback, 0), None);
        assert_eq!(source_address(loopback, CONNECTIONS_PER_SOURCE - 1), None);
        assert_eq!(source_address(loopback, CONNECTIONS_PER_SOURCE), Some(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(source_address(loopback, 5 * CONNECTIONS_PER_SOURCE), Some(Ipv4Addr::new(127, 0, 0, 6)));
        assert_eq!(source_address(loopback, 255 * CONNECTIONS_PER_SOURCE), None);
    }

    #[test]
    fn leaves_the_source_of_remote_connections_to_the_system() {
        assert_eq!(source_address(IpAddr::from([192, 0, 2, 1]), 5 * CONNECTIONS_PER_SOURCE), None);
        assert_eq!(source_address(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]), 5 * CONNECTIONS_PER_SOURCE), None);
    }
}
