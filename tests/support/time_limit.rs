//! Time limit of each test. A watchdog names a test that hangs and ends the process, whatever the test waits for.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Once;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::process::{Pid, Signal, getpgid, getpgrp, kill_process};

use crate::TEST_LIMIT;

/// Exit status of a process with a failed test, as libtest defines it.
const FAILED: i32 = 101;

/// Interval between checks of the watchdog.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Deadlines of the running tests, by name.
static DEADLINES: Mutex<BTreeMap<String, Instant>> = Mutex::new(BTreeMap::new());

static WATCHDOG: Once = Once::new();

thread_local! {
    /// The test that runs in this thread. libtest runs each test in a thread of its own, with the test's name.
    static RUNNING_TEST: RunningTest = RunningTest::new();
}

/// A running test; its deadline is removed when its thread ends.
struct RunningTest(Option<String>);

/// Starts the time limit of the test in this thread at its first call. Has no effect in the threads of a runtime and
/// in the main thread.
pub fn start() {
    RUNNING_TEST.with(|_| ());
}

/// Extends the time limit of the test in this thread.
pub fn extend(time: Duration) {
    RUNNING_TEST.with(|test| {
        let mut deadlines = DEADLINES.lock();
        if let Some(deadline) = test.0.as_ref().and_then(|name| deadlines.get_mut(name)) {
            *deadline += time;
        }
    });
}

impl RunningTest {
    fn new() -> Self {
        let thread = std::thread::current();
        let name = thread.name().filter(|name| *name != "main" && !name.starts_with("tokio-")).map(str::to_owned);
        if let Some(name) = &name {
            DEADLINES.lock().insert(name.clone(), Instant::now() + TEST_LIMIT);
            WATCHDOG.call_once(|| drop(std::thread::spawn(watch)));
        }
        Self(name)
    }
}

impl Drop for RunningTest {
    fn drop(&mut self) {
        if let Some(name) = &self.0 {
            DEADLINES.lock().remove(name);
        }
    }
}

/// Ends the process when a test exceeds its time limit.
fn watch() {
    loop {
        std::thread::sleep(CHECK_INTERVAL);
        let now = Instant::now();
        let late: Vec<String> =
            DEADLINES.lock().iter().filter(|(_, deadline)| **deadline < now).map(|(name, _)| name.clone()).collect();
        if !late.is_empty() {
            // Not `eprintln!`: the output of a thread that a test started may be captured.
            let _ = writeln!(std::io::stderr(), "time limit exceeded by {}", late.join(", "));
            kill_children();
            std::process::exit(FAILED);
        }
    }
}

/// Kills the processes that tests have started, because nothing drops their handles. Not those with a process group of
/// their own: they end with this process, and their reaper must not end before them.
fn kill_children() {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return };
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let ids: Vec<i32> =
        lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
    let own_group = getpgrp();
    for child in ids.into_iter().filter_map(Pid::from_raw) {
        if getpgid(Some(child)) == Ok(own_group) {
            let _ = kill_process(child, Signal::KILL);
        }
    }
}
