//! The byte stream of a connection: TCP, optionally through a proxy and with TLS.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::proxy::Proxy;
use super::{Address, DialError, TlsFlags, tls_config};

/// Time to connect to one of several addresses before the next one is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A byte stream: TCP or TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects to a server, through the proxy that the environment names.
///
/// # Errors
/// Returns an error if the server or the proxy cannot be reached, if TLS fails, or if `tls` has no effect.
pub async fn open(address: &Address, tls: &TlsFlags) -> Result<Box<dyn Stream>, DialError> {
    tls.check(address)?;
    let stream = match Proxy::find(address)? {
        None => connect(address.host(), address.port()).await?,
        Some(proxy) => proxy.tunnel(connect(proxy.address.host(), proxy.address.port()).await?, address).await?,
    };
    if !address.is_secure() {
        return Ok(Box::new(stream));
    }
    let connector = tls_config::connector(tls)?;
    let stream = connector.connect(server_name(address)?, stream).await;
    Ok(Box::new(stream.map_err(|error| DialError::Tls(address.authority().to_owned(), error))?))
}

/// Returns the name that the server's certificate must contain.
///
/// # Errors
/// Returns an error if the host is not a valid name.
pub fn server_name(address: &Address) -> Result<ServerName<'static>, DialError> {
    let invalid = |error| DialError::Lookup(address.host().to_owned(), io::Error::other(error));
    ServerName::try_from(address.host().to_owned()).map_err(invalid)
}

/// Resolves a host name to at least one address.
///
/// # Errors
/// Returns an error if the host has no address.
pub async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
    let unknown = |error| DialError::Lookup(host.to_owned(), error);
    let found: Vec<SocketAddr> = lookup_host((host, port)).await.map_err(unknown)?.collect();
    if found.is_empty() { Err(unknown(io::ErrorKind::NotFound.into())) } else { Ok(found) }
}

/// Tries the host's addresses one after the other.
async fn connect(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let addresses = resolve(host, port).await?;
    let (last, others) = addresses.split_last().expect("resolve returns at least one address");
    for address in others {
        if let Ok(Ok(stream)) = timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            return set_nodelay(stream, *address);
        }
    }
    let stream = TcpStream::connect(last).await.map_err(|error| DialError::Connect(*last, error))?;
    set_nodelay(stream, *last)
}

fn set_nodelay(stream: TcpStream, address: SocketAddr) -> Result<TcpStream, DialError> {
    stream.set_nodelay(true).map_err(|error| DialError::Connect(address, error))?;
    Ok(stream)
}
