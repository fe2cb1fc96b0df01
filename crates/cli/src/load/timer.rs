//! A clock that rings to the microsecond; tokio's does to the millisecond.

use std::io;
use std::time::Instant;

#[cfg(not(target_os = "linux"))]
pub use coarse::Timer;
#[cfg(target_os = "linux")]
pub use exact::Timer;

#[cfg(target_os = "linux")]
mod exact {
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    use super::{Instant, io};

    /// A timer of the kernel's.
    #[derive(Debug)]
    pub struct Timer(AsyncFd<OwnedFd>);

    impl Timer {
        /// One that is not set.
        #[allow(deprecated)] // Unsound only with a descriptor that somebody else closes; this one is owned.
        pub fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            Ok(Self(AsyncFd::new(timerfd_create(TimerfdClockId::Monotonic, flags)?)?))
        }

        /// Waits until then, or not at all if that is past.
        pub async fn until(&self, then: Instant) -> io::Result<()> {
            let left = then.saturating_duration_since(Instant::now());
            if left.is_zero() {
                tokio::task::yield_now().await;
                return Ok(());
            }
            // Setting it also forgets that it rang before, so that is never read.
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
    pub struct Timer;

    impl Timer {
        /// One that is not set.
        #[allow(clippy::unnecessary_wraps)] // The exact one can fail.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits until then, or not at all if that is past.
        pub async fn until(&self, then: Instant) -> io::Result<()> {
            tokio::time::sleep_until(then.into()).await;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn it_rings_in_time_again_and_again_and_never_early() {
        let timer = Timer::new().expect("a timer");
        let begin = Instant::now();
        for step in 1..50 {
            let then = begin + Duration::from_micros(100) * step;
            timer.until(then).await.expect("it rings");
            assert!(Instant::now() >= then);
        }
        timer.until(begin).await.expect("the past needs no waiting");
    }
}
