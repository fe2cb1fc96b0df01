//! Requests and responses on a socket.

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Cmd, Pipeline, RedisConnectionInfo, Value};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::backplane::shared::store::StoreError;

use super::credentials::RedisCredentials;
use super::fault::Fault;
use super::stream::RedisStream;

/// Number of requests that wait for the socket. Further ones wait for a place.
const QUEUE: usize = 1024;

/// An authenticated socket on which requests are sent without waiting for the responses to earlier ones. It never
/// connects again. Dropping it closes the socket.
pub(super) struct RedisSession {
    connection: MultiplexedConnection,
    closed: CancellationToken,
    _close_on_drop: DropGuard,
}

impl RedisSession {
    /// Authenticates and selects the database.
    pub async fn start(
        stream: Box<dyn RedisStream>,
        credentials: &RedisCredentials,
        database: i64,
    ) -> Result<Self, StoreError> {
        // Without timeouts of the library: operations have their own.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_pipeline_buffer_size(QUEUE);
        let (connection, driver) =
            MultiplexedConnection::new_with_config(&login(credentials, database), stream, config)
                .await
                .map_err(|error| StoreError(error.to_string()))?;
        let closed = CancellationToken::new();
        let token = closed.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = driver => {}
                () = token.cancelled() => {}
            }
            token.cancel();
        });
        Ok(Self { connection, _close_on_drop: closed.clone().drop_guard(), closed })
    }

    /// Closes the socket. Requests without a response fail.
    pub fn close(&self) {
        self.closed.cancel();
    }

    pub fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Waits until the socket is closed.
    pub async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// Sends commands in one write, and returns one response for each, which may be an error.
    ///
    /// # Errors
    /// Returns [`Fault::Closed`] if the socket is closed before the last response.
    pub async fn pipeline(&self, commands: &Pipeline) -> Result<Vec<Value>, Fault> {
        let mut connection = self.connection.clone();
        let replies = connection
            .send_packed_commands(commands, 0, commands.len())
            .await
            .map_err(|error| Fault::from_connection(&error))?;
        if replies.len() == commands.len() { Ok(replies) } else { Err(Fault::malformed("too few responses")) }
    }

    /// Sends a command and returns the response, or the error in it.
    pub async fn command(&self, command: &Cmd) -> Result<Value, Fault> {
        let mut connection = self.connection.clone();
        match connection.send_packed_command(command).await {
            Ok(Value::ServerError(error)) => Err(Fault::from_server(&error)),
            Ok(value) => Ok(value),
            Err(error) => Err(Fault::from_connection(&error)),
        }
    }
}

fn login(credentials: &RedisCredentials, database: i64) -> RedisConnectionInfo {
    let mut login = RedisConnectionInfo::default().set_db(database).set_skip_set_lib_name();
    if let Some(username) = &credentials.username {
        login = login.set_username(username);
    }
    if let Some(password) = &credentials.password {
        login = login.set_password(password);
    }
    login
}
