//! Panics of hooks that run outside of the task of a connection.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use tracing::error;

/// The error of a hook that panicked. The panic was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HookPanicked;

/// Runs the future of a hook to its end.
///
/// # Errors
/// Returns an error if the future panics. It is not polled again.
pub async fn catch_panic<T>(hook: &'static str, future: impl Future<Output = T>) -> Result<T, HookPanicked> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // A panic can leave only this future in an inconsistent state, and it is dropped.
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context).map(Ok))).unwrap_or_else(|_| {
            error!(hook, "hook panicked");
            Poll::Ready(Err(HookPanicked))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn returns_an_error_for_a_panic_only() {
        assert_eq!(catch_panic("on_connect", async { 7 }).await, Ok(7));
        let broken = async { panic!("a defect, for this test") };
        assert_eq!(catch_panic::<()>("on_connect", broken).await, Err(HookPanicked));
    }
}
