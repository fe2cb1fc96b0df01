//! The server, and how a connection to it is opened.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::common::Common;
use super::error::LoadError;
use super::socket::Socket;
use crate::dial::answer::Deflate;
use crate::dial::stream::{look_up, server_name};
use crate::dial::{DialError, Stream, Upgrade, Wish, shake, trust};
use yodel_websocket::decoder::{Decoder, Inflation, Role};

/// How many connections come from one source address. Linux has 28,232 ports for them; those of
/// connections that closed a moment ago are not free yet.
const PER_SOURCE: usize = 20_000;

/// A server that connections can be opened to.
pub struct Target {
    address: SocketAddr,
    authority: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    upgrade: Upgrade,
    /// The longest message that is taken, in bytes.
    limit: usize,
}

impl Target {
    /// Looks the server up; IPv4 first.
    pub async fn find(common: &Common, limit: usize) -> Result<Self, LoadError> {
        let url = &common.url;
        let found = look_up(url.host(), url.port()).await?;
        let address = *found.iter().find(|address| address.is_ipv4()).unwrap_or(&found[0]);
        let tls = if url.is_secure() { Some((trust::connector(common.insecure)?, server_name(url)?)) } else { None };
        let upgrade = Upgrade::new(Wish {
            url,
            headers: &common.header,
            subprotocols: common.subprotocol.as_slice(),
            compression: common.compression,
        });
        Ok(Self { address, authority: url.authority().to_owned(), tls, upgrade, limit })
    }

    /// Opens a connection; `index` says which one it is, so that they spread over source addresses.
    pub async fn open(&self, index: usize) -> Result<Socket, LoadError> {
        let stream = self.dial(index).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => DialError::Ports(self.address),
            _ => DialError::Connect(self.address, error),
        })?;
        let Some((connector, name)) = &self.tls else {
            return self.shake(Box::new(stream)).await;
        };
        let stream = connector.connect(name.clone(), stream).await;
        self.shake(Box::new(stream.map_err(|error| DialError::Tls(self.authority.clone(), error))?)).await
    }

    async fn dial(&self, index: usize) -> io::Result<TcpStream> {
        let socket = if self.address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(source) = source(self.address.ip(), index) {
            socket.bind((source, 0).into())?;
        }
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn shake(&self, mut stream: Box<dyn Stream>) -> Result<Socket, LoadError> {
        let mut mask = [0; 4];
        getrandom::fill(&mut mask).map_err(|error| LoadError::System(error.into()))?;
        let (deflate, rest) = shake::shake(&mut stream, &self.upgrade).await?;
        let inflation = deflate.map_or(Inflation::Disabled, Deflate::inflation);
        let decoder = Decoder::new(Role::Client, self.limit, inflation);
        Ok(Socket::new(stream, mask, deflate.is_some(), decoder, rest))
    }
}

/// Where the connection of this number comes from, if the system is not to choose: all of
/// 127.0.0.0/8 is this machine.
fn source(server: IpAddr, index: usize) -> Option<Ipv4Addr> {
    let last = u8::try_from(1 + index / PER_SOURCE).ok()?;
    (server.is_loopback() && server.is_ipv4() && last > 1).then(|| Ipv4Addr::new(127, 0, 0, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_within_this_machine_spread_over_its_addresses() {
        let here = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(source(here, 0), None);
        assert_eq!(source(here, PER_SOURCE - 1), None);
        assert_eq!(source(here, PER_SOURCE), Some(Ipv4Addr::new(127, 0, 0, 2)));
        assert_eq!(source(here, 5 * PER_SOURCE), Some(Ipv4Addr::new(127, 0, 0, 6)));
        assert_eq!(source(here, 255 * PER_SOURCE), None);
    }

    #[test]
    fn those_to_another_machine_do_not() {
        assert_eq!(source(IpAddr::from([192, 0, 2, 1]), 5 * PER_SOURCE), None);
        assert_eq!(source(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]), 5 * PER_SOURCE), None);
    }
}
