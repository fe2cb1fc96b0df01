//! CPU time and memory of a process and its descendants, from /proc.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A process to measure.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    id: u32,
}

/// Resources that a process and its descendants had used at one moment.
#[derive(Clone, Debug, Default)]
pub struct ProcessSample {
    /// User CPU time, in clock ticks.
    user: u64,
    /// System CPU time, in clock ticks.
    system: u64,
    /// CPU time of each process and thread, in nanoseconds.
    threads: HashMap<(u32, u32), u64>,
    /// Resident memory, in bytes.
    pub resident: u64,
}

/// CPU time used between two samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTime {
    /// User CPU time.
    pub user: Duration,
    /// System CPU time.
    pub system: Duration,
}

impl Process {
    /// Returns the process with this id, or `None` if it does not exist or there is no /proc.
    pub fn find(id: u32) -> Option<Self> {
        read(&format!("/proc/{id}/stat")).map(|_| Self { id })
    }

    /// Samples the process and its descendants.
    pub fn sample(self) -> ProcessSample {
        let mut sample = ProcessSample::default();
        for id in self.with_descendants() {
            let (user, system) = read(&format!("/proc/{id}/stat")).and_then(|stat| ticks(&stat)).unwrap_or_default();
            sample.user += user;
            sample.system += system;
            sample.resident += read(&format!("/proc/{id}/status")).and_then(|status| resident(&status)).unwrap_or(0);
            for thread in threads(id) {
                let running = read(&format!("/proc/{id}/task/{thread}/schedstat")).and_then(|text| running(&text));
                sample.threads.extend(running.map(|nanoseconds| ((id, thread), nanoseconds)));
            }
        }
        sample
    }

    /// Returns the ids of the process and its descendants, so that a launcher or a multi-process server is measured
    /// completely.
    fn with_descendants(self) -> Vec<u32> {
        let mut ids = vec![self.id];
        let mut next = 0;
        while let Some(&id) = ids.get(next) {
            for thread in threads(id) {
                let children = read(&format!("/proc/{id}/task/{thread}/children")).unwrap_or_default();
                ids.extend(children.split_ascii_whitespace().filter_map(|child| child.parse::<u32>().ok()));
            }
            next += 1;
        }
        ids
    }
}

impl ProcessSample {
    /// Returns the CPU time used since an earlier sample.
    pub fn since(&self, before: &Self) -> CpuTime {
        let second = rustix::param::clock_ticks_per_second().max(1);
        let duration = |ticks: u64| Duration::from_nanos(ticks.saturating_mul(1_000_000_000 / second));
        let user = duration(self.user.saturating_sub(before.user));
        let system = duration(self.system.saturating_sub(before.system));
        match self.nanoseconds_since(before) {
            Some(exact) => split(exact, user, system),
            None => CpuTime { user, system },
        }
    }

    /// Returns the CPU time with the resolution of a nanosecond. Returns `None` if a thread has ended, because its
    /// time is no longer listed.
    fn nanoseconds_since(&self, before: &Self) -> Option<Duration> {
        if self.threads.is_empty() || !before.threads.keys().all(|thread| self.threads.contains_key(thread)) {
            return None;
        }
        let earlier = |thread| before.threads.get(thread).copied().unwrap_or(0);
        Some(self.threads.iter().map(|(id, now)| Duration::from_nanos(now.saturating_sub(earlier(id)))).sum())
    }
}

/// Splits an exact time in proportion to two coarse ones.
fn split(exact: Duration, user: Duration, system: Duration) -> CpuTime {
    let part = if (user + system).is_zero() { 0.0 } else { user.as_secs_f64() / (user + system).as_secs_f64() };
    let user = exact.mul_f64(part);
    CpuTime { user, system: exact.saturating_sub(user) }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn threads(id: u32) -> Vec<u32> {
    let tasks = fs::read_dir(Path::new("/proc").join(id.to_string()).join("task"));
    let entries = tasks.into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Parses `utime` and `stime` of /proc/PID/stat. The process name before them may contain spaces and parentheses.
fn ticks(stat: &str) -> Option<(u64, u64)> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Parses `VmRSS` of /proc/PID/status; returns bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

/// Parses the first number of /proc/PID/task/TID/schedstat: nanoseconds on a CPU.
fn running(schedstat: &str) -> Option<u64> {
    schedstat.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_ticks_after_any_process_name() {
        let fields = "S 1 7 7 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 1 0 99";
        for name in ["yodel", "a b", "a) S 1 (b", ""] {
            assert_eq!(ticks(&format!("7 ({name}) {fields}")), Some((123, 45)), "{name}");
        }
        for invalid in ["", "7 (yodel)", "7 (yodel) S 1", "7 (yodel) S 1 7 7 0 -1 4194560 9 0 0 0 x 45"] {
            assert_eq!(ticks(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn parses_the_resident_memory() {
        assert_eq!(resident("VmHWM:\t    9000 kB\nVmRSS:\t    8192 kB\nThreads:\t1\n"), Some(8192 * 1024));
        assert_eq!(resident("Name:\tkthreadd\nThreads:\t1\n"), None);
        assert_eq!(resident("VmRSS:\t lots kB\n"), None);
    }

    #[test]
    fn parses_the_nanoseconds_of_a_thread() {
        assert_eq!(running("123456789 42 7\n"), Some(123_456_789));
        assert_eq!(running(""), None);
    }

    fn sample(threads: &[(u32, u64)], user: u64, system: u64) -> ProcessSample {
        let threads = threads.iter().map(|&(thread, nanoseconds)| ((1, thread), nanoseconds)).collect();
        ProcessSample { user, system, threads, resident: 0 }
    }

    #[test]
    fn splits_the_exact_time_like_the_ticks() {
        let before = sample(&[(1, 1_000)], 10, 10);
        let after = sample(&[(1, 5_000), (2, 4_000)], 13, 11);
        let used = CpuTime { user: Duration::from_micros(6), system: Duration::from_micros(2) };
        assert_eq!(after.since(&before), used);
        let no_tick = sample(&[(1, 5_000)], 10, 10);
        assert_eq!(no_tick.since(&before), CpuTime { user: Duration::ZERO, system: Duration::from_micros(4) });
    }

    #[test]
    fn falls_back_to_ticks_when_a_thread_has_ended() {
        let tick = Duration::from_nanos(1_000_000_000 / rustix::param::clock_ticks_per_second());
        let used = sample(&[(2, 5_000)], 13, 11).since(&sample(&[(1, 1_000)], 10, 10));
        assert_eq!(used, CpuTime { user: tick * 3, system: tick });
    }

    #[test]
    fn samples_an_existing_process() {
        let this = Process::find(std::process::id()).expect("this process exists");
        assert!(this.sample().resident > 0);
        assert!(this.with_descendants().contains(&std::process::id()));
        assert!(Process::find(u32::MAX).is_none());
    }
}
