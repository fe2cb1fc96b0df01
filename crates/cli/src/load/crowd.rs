//! Many connections.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::error::LoadError;
use super::progress::Progress;
use super::socket::Socket;
use super::target::Target;

/// How many handshakes are under way at once: fewer than the queue of any listener holds.
const OPENING: usize = 64;

/// Connections that do the same.
pub struct Crowd(Vec<Socket>);

impl Crowd {
    /// Opens so many.
    pub async fn open(target: &Arc<Target>, count: usize, progress: &Progress) -> Result<Self, LoadError> {
        let mut sockets = Vec::with_capacity(count);
        let mut opening = JoinSet::new();
        let mut next = 0;
        while sockets.len() < count {
            while next < count && opening.len() < OPENING {
                let target = Arc::clone(target);
                opening.spawn(async move { target.open(next).await });
                next += 1;
            }
            if let Some(opened) = opening.join_next().await {
                sockets.push(finished(opened)?);
                progress.add(1);
            }
        }
        Ok(Self(sockets))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the server takes compressed messages.
    pub fn is_compressed(&self) -> bool {
        self.0.iter().any(|socket| socket.compressed)
    }

    /// Gives each a task of its own. Dropping the set ends them all.
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

    /// Waits for tasks that give their connection back.
    pub async fn gather(mut tasks: JoinSet<Result<Socket, LoadError>>) -> Result<Self, LoadError> {
        let mut sockets = Vec::with_capacity(tasks.len());
        while let Some(done) = tasks.join_next().await {
            sockets.push(finished(done)?);
        }
        Ok(Self(sockets))
    }

    /// Says goodbye.
    pub async fn leave(self) {
        for socket in self.0 {
            socket.leave().await;
        }
    }
}

/// What came of a task.
pub fn finished<T>(task: Result<Result<T, LoadError>, tokio::task::JoinError>) -> Result<T, LoadError> {
    task.unwrap_or_else(|error| Err(LoadError::System(error.into())))
}
