//! What carries a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::proxy::Proxy;
use super::{Address, DialError, trust};

/// How long one of several addresses of a server may take to answer.
const ONE_OF_MANY: Duration = Duration::from_secs(3);

/// TCP, or TLS on it.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects to a server, past the proxy that the environment names; `insecure`: whoever it is.
///
/// # Errors
/// When nobody can be reached, or the server is not who it should be.
pub async fn open(address: &Address, insecure: bool) -> Result<Box<dyn Stream>, DialError> {
    let stream = match Proxy::find(address)? {
        None => connect(address.host(), address.port()).await?,
        Some(proxy) => proxy.tunnel(connect(proxy.address.host(), proxy.address.port()).await?, address).await?,
    };
    if !address.is_secure() {
        return Ok(Box::new(stream));
    }
    let connector = trust::connector(insecure)?;
    let stream = connector.connect(server_name(address)?, stream).await;
    Ok(Box::new(stream.map_err(|error| DialError::Tls(address.authority().to_owned(), error))?))
}

/// Whom the certificate has to name.
///
/// # Errors
/// When the host is no name.
pub fn server_name(address: &Address) -> Result<ServerName<'static>, DialError> {
    let no_name = |error| DialError::Lookup(address.host().to_owned(), io::Error::other(error));
    ServerName::try_from(address.host().to_owned()).map_err(no_name)
}

/// All addresses of a host.
///
/// # Errors
/// When it has none.
pub async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
    let unknown = |error| DialError::Lookup(host.to_owned(), error);
    let found: Vec<SocketAddr> = lookup_host((host, port)).await.map_err(unknown)?.collect();
    if found.is_empty() { Err(unknown(io::ErrorKind::NotFound.into())) } else { Ok(found) }
}

/// Tries the host's addresses one after the other.
async fn connect(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let addresses = look_up(host, port).await?;
    let (last, others) = addresses.split_last().expect("one at least");
    for address in others {
        if let Ok(Ok(stream)) = timeout(ONE_OF_MANY, TcpStream::connect(address)).await {
            return quick(stream, *address);
        }
    }
    let stream = TcpStream::connect(last).await.map_err(|error| DialError::Connect(*last, error))?;
    quick(stream, *last)
}

fn quick(stream: TcpStream, address: SocketAddr) -> Result<TcpStream, DialError> {
    stream.set_nodelay(true).map_err(|error| DialError::Connect(address, error))?;
    Ok(stream)
}
