//! Memory that the process may use.

use std::fs;
use std::path::Path;

/// Part of the memory that connections may buffer, as a divisor: a quarter leaves space for connections, histories and
/// the kernel's socket buffers.
const BUDGET_DIVISOR: usize = 4;

/// Memory that is assumed if the system does not report it, in bytes.
const FALLBACK: usize = 1 << 30;

/// Returns the default of `max_buffered`: a quarter of the memory of the machine, or of the control groups (version 2)
/// of this process.
pub fn default_budget() -> usize {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| machine_memory(&text));
    let groups = fs::read_to_string("/proc/self/cgroup").ok();
    budget(machine, groups.and_then(|groups| group_memory(Path::new("/sys/fs/cgroup"), &groups)))
}

fn budget(machine: Option<usize>, group: Option<usize>) -> usize {
    machine.into_iter().chain(group).min().unwrap_or(FALLBACK) / BUDGET_DIVISOR
}

/// Returns the smallest limit of a control group and of those that contain it, in bytes. `groups` is the text of
/// `/proc/self/cgroup`, and `root` the folder of the outermost group.
fn group_memory(root: &Path, groups: &str) -> Option<usize> {
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let limit = |group: &Path| fs::read_to_string(group.join("memory.max")).ok()?.trim().parse().ok();
    root.join(path).ancestors().take_while(|group| group.starts_with(root)).filter_map(limit).min()
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
    fn reads_the_limits_of_all_groups_of_the_process() {
        let root = tempfile::tempdir().unwrap();
        let service = root.path().join("system.slice/yodel.service");
        fs::create_dir_all(&service).unwrap();
        fs::write(service.join("memory.max"), "max\n").unwrap();
        let memory = |groups: &str| group_memory(root.path(), groups);
        assert_eq!(memory("0::/system.slice/yodel.service\n"), None);
        fs::write(root.path().join("system.slice/memory.max"), "2048\n").unwrap();
        assert_eq!(memory("12:cpu:/\n0::/system.slice/yodel.service\n"), Some(2048));
        fs::write(service.join("memory.max"), "1024\n").unwrap();
        assert_eq!(memory("0::/system.slice/yodel.service\n"), Some(1024));
        assert_eq!((memory("0::/\n"), memory("5:memory:/system.slice\n"), memory("")), (None, None, None));
    }

    #[test]
    fn the_default_is_a_share_of_the_smaller_memory() {
        assert_eq!(budget(Some(16 << 20), None), 4 << 20);
        assert_eq!([budget(Some(16 << 20), Some(8 << 20)), budget(Some(8 << 20), Some(16 << 20))], [2 << 20; 2]);
        assert_eq!(budget(None, None), FALLBACK / BUDGET_DIVISOR);
    }
}
