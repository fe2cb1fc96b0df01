//! A process with its descendants and their files, which do not outlive the test program.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The reaper: waits for the end of its input. Then kills the process group `$1`, waits until its processes are gone
/// (they would write to the folder), and removes the folder `$2`.
const REAPER: &str = r#"
    cat >/dev/null
    kill -KILL "-$1"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "-$1" || break
        sleep 0.05
    done
    rm -rf -- "$2"
"#;

/// A process group and its temporary folder. The processes are killed and the folder is removed when this value is
/// dropped, and when this program ends.
///
/// A reaper process does it, whose input is a pipe from this program: the kernel closes the pipe however the program
/// ends. Statics are not dropped, a signal runs no destructors, and a process that ends with the thread that started it
/// would end with its first test.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    /// The process that started the others. Not a process of a runtime, which ends with a test.
    pub leader: Child,
    reaper: Child,
    folder: PathBuf,
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        drop(self.reaper.stdin.take());
        // Until its parent waits for it, a killed leader counts as a process of the group.
        let _ = self.leader.wait();
        let _ = self.reaper.wait();
    }
}

impl ProcessGroup {
    /// Starts a process in a group of its own, so that Ctrl+C reaches it through the reaper only.
    pub fn start(command: &mut Command, folder: TempDir) -> io::Result<Self> {
        let leader = command.process_group(0).spawn()?;
        let folder = folder.keep();
        let mut reaper = Command::new("sh");
        reaper.args(["-c", REAPER, "reaper", &leader.id().to_string()]).arg(&folder);
        reaper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Ok(Self { leader, reaper: reaper.spawn()?, folder })
    }

    /// Returns the temporary folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Returns whether a process runs. One that was killed does not, even if nothing has waited for it.
///
/// Reads the state of `proc_pid_stat(5)`. The command line would not do: it is empty for a moment in each `execve`.
pub fn is_running(id: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name stands in parentheses and may itself contain some.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts a group of two processes. Returns it and the id of the second one.
    fn group() -> (ProcessGroup, String) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let file = folder.path().join("child");
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo $! > \"$0\"; wait"]).arg(&file);
        let group = ProcessGroup::start(&mut command, folder).expect("a shell");
        loop {
            match std::fs::read_to_string(&file) {
                Ok(id) if id.ends_with('\n') => return (group, id.trim().to_owned()),
                _ => std::thread::yield_now(),
            }
        }
    }

    #[test]
    fn ends_all_processes_and_removes_the_folder_when_dropped() {
        let (group, child) = group();
        let folder = group.folder().to_owned();
        assert!(is_running(&child) && folder.exists());
        drop(group);
        assert!(!is_running(&child) && !folder.exists());
    }

    #[test]
    fn ends_all_processes_when_the_program_closes_the_pipe() {
        let (mut group, child) = group();
        drop(group.reaper.stdin.take());
        while is_running(&child) {
            std::thread::yield_now();
        }
    }
}
