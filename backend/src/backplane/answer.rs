//! Answers of a backplane, which may come later.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::unavailable::Unavailable;

/// Answer of a backplane. As a future, it is ready when the answer is there; dropping it abandons only the answer.
#[derive(Debug)]
pub enum Answer<T, E> {
    /// The answer is there. `None` after it was taken.
    Ready(Option<Result<T, E>>),
    /// The answer comes later. If its sender is dropped, the backplane is unavailable.
    Later(oneshot::Receiver<Result<T, E>>),
}

impl<T, E> Answer<T, E> {
    /// Creates an answer that is there.
    pub fn ready(result: Result<T, E>) -> Self {
        Self::Ready(Some(result))
    }

    /// Returns the answer.
    ///
    /// # Panics
    /// If it is not there.
    #[cfg(test)]
    pub fn now(self) -> Result<T, E> {
        match self {
            Self::Ready(Some(result)) => result,
            Self::Ready(None) | Self::Later(_) => panic!("the answer is not there"),
        }
    }

    /// Creates an answer that comes later, and its sender.
    pub fn later() -> (oneshot::Sender<Result<T, E>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self::Later(receiver))
    }
}

impl<T: Unpin, E: From<Unavailable> + Unpin> Future for Answer<T, E> {
    type Output = Result<T, E>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Ready(result) => Poll::Ready(result.take().expect("an answer is taken once")),
            Self::Later(receiver) => {
                Pin::new(receiver).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(Unavailable.into())))
            }
        }
    }
}
