//! What the server and this program use while something is done.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::error::LoadError;
use super::process::{Process, Sample, Used};

/// Reads clocks.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    server: Option<Process>,
    /// How many cores this program can use.
    cores: f64,
}

/// What the clocks said at some moment.
#[derive(Debug)]
pub struct Mark {
    at: Instant,
    server: Option<Sample>,
    own: Duration,
}

/// What was used between two moments.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// How long it was.
    pub time: Duration,
    /// The server's CPU, if it is known.
    pub server: Option<Used>,
    /// This program's CPU.
    pub own: Duration,
    /// The share of the CPU that it could have used which it did use.
    pub own_busy: f64,
}

impl Meter {
    /// One for the process of that id, and for this one with so many threads.
    pub fn new(server: Option<u32>, threads: u16) -> Result<Self, LoadError> {
        let find = |id| Process::find(id).ok_or(LoadError::Process(id));
        let cores =
            std::thread::available_parallelism().map_or(1, |cores| u16::try_from(cores.get()).unwrap_or(u16::MAX));
        Ok(Self { server: server.map(find).transpose()?, cores: f64::from(cores.min(threads)) })
    }

    /// What the clocks say now.
    pub fn mark(&self) -> Mark {
        Mark { server: self.server.map(Process::sample), own: own(), at: Instant::now() }
    }

    /// What was used since an earlier moment.
    pub fn since(&self, before: &Mark, now: &Mark) -> Usage {
        let time = now.at - before.at;
        let own = now.own.saturating_sub(before.own);
        let server = now.server.as_ref().zip(before.server.as_ref()).map(|(now, before)| now.since(before));
        Usage { time, server, own, own_busy: own.as_secs_f64() / (time.as_secs_f64() * self.cores).max(1e-9) }
    }
}

impl Mark {
    /// The server's memory, in bytes.
    pub fn resident(&self) -> Option<u64> {
        self.server.as_ref().map(|sample| sample.resident)
    }
}

/// The CPU time of this process.
fn own() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_cpu_and_memory() {
        let meter = Meter::new(Some(std::process::id()), 1).expect("this one is there");
        let before = meter.mark();
        while own() < before.own + Duration::from_millis(20) {}
        let after = meter.mark();
        let usage = meter.since(&before, &after);
        assert!(usage.own >= Duration::from_millis(20) && usage.time > Duration::ZERO && usage.own_busy > 0.0);
        assert!(usage.server.is_some() && after.resident() > Some(0));
    }

    #[test]
    fn a_process_that_is_not_there_is_said() {
        assert!(Meter::new(Some(u32::MAX), 1).is_err_and(|error| error.to_string().contains("--pid 4294967295")));
        assert!(Meter::new(None, 1).expect("none is fine").mark().resident().is_none());
    }
}
