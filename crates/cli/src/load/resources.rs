//! CPU time and memory of the server and of this program.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::error::LoadError;
use super::process::{CpuTime, Process, ProcessSample};

/// Monitor of the server's process and of this one.
#[derive(Clone, Copy, Debug)]
pub struct ResourceMonitor {
    server: Option<Process>,
    /// Number of cores that this program can use.
    cores: f64,
}

/// Readings at one moment.
#[derive(Debug)]
pub struct ResourceSnapshot {
    at: Instant,
    server: Option<ProcessSample>,
    own: Duration,
}

/// Resources used between two snapshots.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Elapsed time.
    pub time: Duration,
    /// CPU time of the server, if its process is known.
    pub server: Option<CpuTime>,
    /// CPU time of this program.
    pub own: Duration,
    /// Share of the CPU time available to this program that it used, from 0 to 1.
    pub own_busy: f64,
}

impl ResourceMonitor {
    /// Creates a monitor of the server's process, if given, and of this process with this number of threads.
    ///
    /// # Errors
    /// Returns an error if the server's process does not exist.
    pub fn new(server: Option<u32>, threads: u16) -> Result<Self, LoadError> {
        let find = |id| Process::find(id).ok_or(LoadError::NoSuchProcess(id));
        let cores =
            std::thread::available_parallelism().map_or(1, |cores| u16::try_from(cores.get()).unwrap_or(u16::MAX));
        Ok(Self { server: server.map(find).transpose()?, cores: f64::from(cores.min(threads)) })
    }

    /// Takes a snapshot.
    pub fn snapshot(&self) -> ResourceSnapshot {
        ResourceSnapshot { server: self.server.map(Process::sample), own: own(), at: Instant::now() }
    }

    /// Returns the resources used between two snapshots.
    pub fn since(&self, before: &ResourceSnapshot, now: &ResourceSnapshot) -> Usage {
        let time = now.at - before.at;
        let own = now.own.saturating_sub(before.own);
        let server = now.server.as_ref().zip(before.server.as_ref()).map(|(now, before)| now.since(before));
        Usage { time, server, own, own_busy: own.as_secs_f64() / (time.as_secs_f64() * self.cores).max(1e-9) }
    }
}

impl ResourceSnapshot {
    /// Returns the server's resident memory, in bytes.
    pub fn resident(&self) -> Option<u64> {
        self.server.as_ref().map(|sample| sample.resident)
    }
}

/// Returns the CPU time of this process.
fn own() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_cpu_and_memory_of_this_process() {
        let monitor = ResourceMonitor::new(Some(std::process::id()), 1).expect("this process exists");
        let before = monitor.snapshot();
        while own() < before.own + Duration::from_millis(20) {}
        let after = monitor.snapshot();
        let usage = monitor.since(&before, &after);
        assert!(usage.own >= Duration::from_millis(20) && usage.time > Duration::ZERO && usage.own_busy > 0.0);
        assert!(usage.server.is_some() && after.resident() > Some(0));
    }

    #[test]
    fn reports_a_missing_process() {
        assert!(
            ResourceMonitor::new(Some(u32::MAX), 1).is_err_and(|error| error.to_string().contains("--pid 4294967295"))
        );
        assert!(ResourceMonitor::new(None, 1).expect("a monitor without a server").snapshot().resident().is_none());
    }
}
