//! CPU time and memory of processes, from /proc.

use std::fs;
use std::time::Instant;

/// A process.
#[derive(Debug)]
struct Process {
    id: String,
    parent: String,
    /// CPU time of the process and its finished children in clock ticks.
    ticks: u64,
}

impl Process {
    /// Returns all running processes. A process that exits in the meantime is skipped.
    fn all() -> Vec<Self> {
        let entries = fs::read_dir("/proc").expect("/proc is available").flatten();
        entries.filter_map(|entry| Self::read(&entry.file_name().to_string_lossy())).collect()
    }

    fn read(id: &str) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The process name before it may contain spaces and parentheses.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Some(Self { id: id.to_owned(), parent: (*fields.get(1)?).to_owned(), ticks })
    }

    /// Returns a process and its descendants.
    fn with_descendants(root: &str) -> Vec<Self> {
        let (mut found, mut others): (Vec<_>, Vec<_>) = Self::all().into_iter().partition(|process| process.id == root);
        let mut next = 0;
        while let Some(parent) = found.get(next).map(|process| process.id.clone()) {
            let children = others.extract_if(.., |process| process.parent == parent);
            found.extend(children);
            next += 1;
        }
        found
    }

    fn is_renderer(&self) -> bool {
        let command = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        String::from_utf8_lossy(&command).contains("--type=renderer")
    }

    /// Returns the peak resident memory in MiB.
    fn peak_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a running process has memory") / 1024.0
    }
}

/// Returns the peak memory of the page in MiB: the peak memory of the renderer with the most CPU time.
pub fn renderer_memory(chromium: &str) -> f64 {
    let renderers = Process::with_descendants(chromium).into_iter().filter(Process::is_renderer);
    renderers.max_by_key(|process| process.ticks).expect("Chromium has a renderer").peak_memory()
}

/// CPU time of the machine and of this process's tree since a start time.
#[derive(Debug)]
pub struct CpuMonitor {
    begin: Instant,
    machine: u64,
    ours: u64,
}

impl CpuMonitor {
    pub fn start() -> Self {
        Self { begin: Instant::now(), machine: machine_ticks(), ours: own_ticks() }
    }

    /// Returns the load by other processes since the start, in percent of one core.
    pub fn other_load(&self) -> f64 {
        let others = (machine_ticks() - self.machine).saturating_sub(own_ticks().saturating_sub(self.ours));
        others as f64 / rustix::param::clock_ticks_per_second() as f64 / self.begin.elapsed().as_secs_f64() * 100.0
    }
}

/// Returns the busy time of all processors in clock ticks: user, nice, system, interrupts and steal.
fn machine_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/stat").expect("/proc is available");
    let fields: Vec<u64> =
        stat.lines().next().unwrap_or_default().split_whitespace().skip(1).flat_map(str::parse).collect();
    [0, 1, 2, 5, 6, 7].iter().filter_map(|&field| fields.get(field)).sum()
}

/// Returns the CPU time of this process and its descendants in clock ticks.
fn own_ticks() -> u64 {
    Process::with_descendants(&std::process::id().to_string()).iter().map(|process| process.ticks).sum()
}
