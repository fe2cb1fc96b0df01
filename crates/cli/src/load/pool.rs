//! A pool of connections.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::error::LoadError;
use super::progress::Progress;
use super::socket::Socket;
use super::target::Target;

/// Largest number of concurrent handshakes: less than the accept queue of any server.
const MAX_HANDSHAKES: usize = 64;

/// Open connections that perform the same task.
pub struct Pool(Vec<Socket>);

impl Pool {
    /// Opens `count` connections, several at once.
    ///
    /// # Errors
    /// Returns the first error of a connection.
    pub async fn open(target: &Arc<Target>, count: usize, progress: &Progress) -> Result<Self, LoadError> {
        let mut sockets = Vec::with_capacity(count);
        let mut opening = JoinSet::new();
        let mut next = 0;
        while sockets.len() < count {
            while next < count && opening.len() < MAX_HANDSHAKES {
                let target = Arc::clone(target);
                opening.spawn(async move { target.open(next).await });
                next += 1;
            }
            if let Some(opened) = opening.join_next().await {
                sockets.push(join_result(opened)?);
                progress.add(1);
            }
        }
        Ok(Self(sockets))
    }

    /// Returns the number of connections.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the server accepted compression.
    pub fn is_compressed(&self) -> bool {
        self.0.iter().any(|socket| socket.compressed)
    }

    /// Spawns a task for each connection. Dropping the set aborts all tasks.
    pub fn spawn<F, T>(self, mut task: impl FnMut(usize, Socket) -> F) -> JoinSet<Result<T, LoadError>>
    where
        F: Future<Output = Result<T, LoadError>> + Send + 'static,
        T: Send + 'static,
    {
        let mut tasks = JoinSet::new();
        for (index, socket) in self.0.into_iter().enumerate() {
            tasks.spawn(task(index, socket));
        }
        tasks
    }

    /// Waits for tasks that return their connections.
    ///
    /// # Errors
    /// Returns the first error of a task.
    pub async fn gather(mut tasks: JoinSet<Result<Socket, LoadError>>) -> Result<Self, LoadError> {
        let mut sockets = Vec::with_capacity(tasks.len());
        while let Some(done) = tasks.join_next().await {
            sockets.push(join_result(done)?);
        }
        Ok(Self(sockets))
    }

    /// Sends a close frame on each connection, without waiting for responses.
    pub async fn close(self) {
        for socket in self.0 {
            socket.send_close().await;
        }
    }
}

/// Merges the result of a task with the error of joining it.
pub fn join_result<T>(task: Result<Result<T, LoadError>, tokio::task::JoinError>) -> Result<T, LoadError> {
    task.unwrap_or_else(|error| Err(LoadError::System(error.into())))
}
