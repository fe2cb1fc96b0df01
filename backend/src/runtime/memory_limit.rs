//! Memory that the process may use.

use std::fs;

/// Share of the memory that connections may buffer: a quarter leaves space for connections, histories and the kernel's
/// socket buffers.
const BUDGET_DIVISOR: usize = 4;

/// Memory that is assumed if the system does not report it, in bytes.
const FALLBACK: usize = 1 << 30;

/// Returns the default of `max_buffered`: a quarter of the memory of the machine or of the control group.
pub fn default_budget() -> usize {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| machine_memory(&text));
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(group).min().unwrap_or(FALLBACK) / BUDGET_DIVISOR
}

/// Returns the total memory in bytes from the text of `/proc/meminfo`.
fn machine_memory(text: &str) -> Option<usize> {
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: usize = total.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_memory_of_the_machine() {
        let text = "MemTotal:       16384 kB\nMemFree:  1 kB\n";
        assert_eq!(machine_memory(text), Some(16 << 20));
        for invalid in ["", "MemTotal:", "MemTotal: many kB", "MemFree: 1 kB"] {
            assert_eq!(machine_memory(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn the_default_is_a_share_of_the_memory() {
        assert!(default_budget() >= 16 << 20);
    }
}
