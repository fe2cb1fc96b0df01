//! What processes take, from /proc.

use std::fs;
use std::time::Instant;

/// A process.
#[derive(Debug)]
struct Process {
    id: String,
    parent: String,
    /// Clock ticks that it took, and those of its children that have ended.
    ticks: u64,
}

impl Process {
    /// Those that there are; one that ends meanwhile is none.
    fn all() -> Vec<Self> {
        let entries = fs::read_dir("/proc").expect("this is Linux").flatten();
        entries.filter_map(|entry| Self::read(&entry.file_name().to_string_lossy())).collect()
    }

    fn read(id: &str) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name before it may have spaces and brackets in it.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Some(Self { id: id.to_owned(), parent: (*fields.get(1)?).to_owned(), ticks })
    }

    /// A process and those below it.
    fn family(root: &str) -> Vec<Self> {
        let (mut family, mut others): (Vec<_>, Vec<_>) =
            Self::all().into_iter().partition(|process| process.id == root);
        let mut next = 0;
        while let Some(parent) = family.get(next).map(|process| process.id.clone()) {
            let children = others.extract_if(.., |process| process.parent == parent);
            family.extend(children);
            next += 1;
        }
        family
    }

    fn is_renderer(&self) -> bool {
        let command = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        String::from_utf8_lossy(&command).contains("--type=renderer")
    }

    /// The most memory that it ever had, in MiB.
    fn peak_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a running process has memory") / 1024.0
    }
}

/// The most memory that the page had, in MiB: of Chromium's renderers the one that did the work.
pub fn renderer_memory(chromium: &str) -> f64 {
    let renderers = Process::family(chromium).into_iter().filter(Process::is_renderer);
    renderers.max_by_key(|process| process.ticks).expect("Chromium shows a page").peak_memory()
}

/// The processors' time, from a moment on.
#[derive(Debug)]
pub struct Watch {
    begin: Instant,
    machine: u64,
    ours: u64,
}

impl Watch {
    pub fn start() -> Self {
        Self { begin: Instant::now(), machine: machine(), ours: ours() }
    }

    /// What others took of the machine since then, in percent of one core.
    pub fn others(&self) -> f64 {
        let others = (machine() - self.machine).saturating_sub(ours().saturating_sub(self.ours));
        others as f64 / rustix::param::clock_ticks_per_second() as f64 / self.begin.elapsed().as_secs_f64() * 100.0
    }
}

/// Clock ticks that all processors were busy: user, nice, system, interrupts, and what was taken away.
fn machine() -> u64 {
    let stat = fs::read_to_string("/proc/stat").expect("this is Linux");
    let fields: Vec<u64> =
        stat.lines().next().unwrap_or_default().split_whitespace().skip(1).flat_map(str::parse).collect();
    [0, 1, 2, 5, 6, 7].iter().filter_map(|&field| fields.get(field)).sum()
}

/// Clock ticks of this process and what it started.
fn ours() -> u64 {
    Process::family(&std::process::id().to_string()).iter().map(|process| process.ticks).sum()
}
