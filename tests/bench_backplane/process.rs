//! CPU time and memory of a process, from /proc.

use std::fs;

/// Returns the CPU time that a process has used, in microseconds. The clock has steps of 10 ms.
pub fn cpu_micros(id: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("the process runs");
    // The process name before it may contain spaces and parentheses.
    let (_, fields) = stat.rsplit_once(") ").expect("a state");
    // User and system time (proc_pid_stat(5)), counted from the state, which is field 3.
    let ticks: u64 = fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    ticks as f64 * 1e6 / rustix::param::clock_ticks_per_second() as f64
}

/// Returns the resident memory of a process, in bytes.
pub fn resident_bytes(id: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0
}
