//! Limit of the time without progress of a write.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// Limit of the time without progress of a write. Without it, a client that does not read its responses would keep
/// their memory and its socket.
#[derive(Debug)]
pub struct WriteTimeout {
    timeout: Duration,
    /// Running while a write waits for the client.
    timer: Option<Pin<Box<Sleep>>>,
}

impl WriteTimeout {
    /// Creates a limit.
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, timer: None }
    }

    /// Returns the result of a write, or the error `TimedOut` if writes have waited for too long.
    pub fn check<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.timer = None;
            return written;
        }
        let timeout = self.timeout;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(timeout)));
        timer.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}
