//! Opens sockets to servers.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::backplane::shared::store::StoreError;

use super::address::Address;
use super::credentials::RedisCredentials;
use super::session::RedisSession;
use super::stream::RedisStream;
use super::tls;
use super::url::RedisUrl;

/// Opens sockets to servers.
pub(super) struct Dialer {
    tls: Option<TlsConnector>,
    /// User and password of the servers with data.
    pub credentials: RedisCredentials,
    pub database: i64,
    /// Time for connecting, TLS, and the first answer, together.
    timeout: Duration,
}

impl Dialer {
    pub fn new(url: &RedisUrl, timeout: Duration) -> Result<Self, StoreError> {
        let tls = if url.tls { Some(tls::connector(url.ca.as_deref())?) } else { None };
        Ok(Self { tls, credentials: url.credentials.clone(), database: url.database, timeout })
    }

    /// Connects to a server with data.
    pub async fn data_session(&self, address: &Address) -> Result<RedisSession, StoreError> {
        self.session(address, &self.credentials, self.database).await
    }

    /// Connects to a server and authenticates.
    pub async fn session(
        &self,
        address: &Address,
        credentials: &RedisCredentials,
        database: i64,
    ) -> Result<RedisSession, StoreError> {
        let session = async { RedisSession::start(self.stream(address).await?, credentials, database).await };
        within(self.timeout, address, session).await
    }

    /// Opens a socket for subscriptions.
    pub async fn subscribe_stream(&self, address: &Address) -> Result<Box<dyn RedisStream>, StoreError> {
        within(self.timeout, address, self.stream(address)).await
    }

    async fn stream(&self, address: &Address) -> Result<Box<dyn RedisStream>, StoreError> {
        let text = |error: std::io::Error| StoreError(error.to_string());
        let tcp = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(text)?;
        tcp.set_nodelay(true).map_err(text)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(address.host.clone())
            .map_err(|_| StoreError("the host is no valid name for a certificate".into()))?;
        Ok(Box::new(tls.connect(name, tcp).await.map_err(text)?))
    }
}

async fn within<T>(
    time: Duration,
    address: &Address,
    connecting: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match timeout(time, connecting).await {
        Ok(Ok(connected)) => Ok(connected),
        Ok(Err(StoreError(reason))) => Err(StoreError(format!("cannot connect to Redis at {address}: {reason}"))),
        Err(_) => Err(StoreError(format!("cannot connect to Redis at {address}: no answer within {time:?}"))),
    }
}
