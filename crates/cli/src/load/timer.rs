//! A timer with microsecond resolution; tokio's has a millisecond.

use std::io;
use std::time::Instant;

#[cfg(not(target_os = "linux"))]
pub use coarse::TokioTimer as Timer;
#[cfg(target_os = "linux")]
pub use exact::KernelTimer as Timer;

#[cfg(target_os = "linux")]
mod exact {
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    use super::{Instant, io};

    /// A timerfd of the kernel.
    #[derive(Debug)]
    pub struct KernelTimer(AsyncFd<OwnedFd>);

    impl KernelTimer {
        /// Creates a timer that is not armed.
        #[allow(deprecated)] // Unsound only for a descriptor that is closed elsewhere; this one is owned.
        pub fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            Ok(Self(AsyncFd::new(timerfd_create(TimerfdClockId::Monotonic, flags)?)?))
        }

        /// Sleeps until `deadline`; returns immediately if it has passed. Cancellation safe.
        pub async fn sleep_until(&self, deadline: Instant) -> io::Result<()> {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                tokio::task::yield_now().await;
                return Ok(());
            }
            // Arming the timer clears an earlier expiration, so the descriptor is never read.
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once(left))?;
            self.0.readable().await?.clear_ready();
            Ok(())
        }
    }

    fn once(left: Duration) -> Itimerspec {
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
        Itimerspec { it_interval: zero, it_value: Timespec { tv_sec: seconds, tv_nsec: left.subsec_nanos().into() } }
    }
}

#[cfg(not(target_os = "linux"))]
mod coarse {
    use super::{Instant, io};

    /// Tokio's timer.
    #[derive(Debug)]
    pub struct TokioTimer;

    impl TokioTimer {
        /// Creates a timer that is not armed.
        #[allow(clippy::unnecessary_wraps)] // The kernel's timer can fail.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Sleeps until `deadline`; returns immediately if it has passed. Cancellation safe.
        pub async fn sleep_until(&self, deadline: Instant) -> io::Result<()> {
            tokio::time::sleep_until(deadline.into()).await;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn never_expires_early() {
        let timer = Timer::new().expect("a timer");
        let start = Instant::now();
        for step in 1..50 {
            let then = start + Duration::from_micros(100) * step;
            timer.sleep_until(then).await.expect("the timer expires");
            assert!(Instant::now() >= then);
        }
        timer.sleep_until(start).await.expect("a past deadline");
    }
}
