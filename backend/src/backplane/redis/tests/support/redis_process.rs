//! A server of a test.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::PATIENCE;

/// A `redis-server`, or the program that the variable `REDIS_SERVER` names, with a folder of its own. Dropping it kills it.
pub struct RedisProcess {
    child: Child,
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
}

impl RedisProcess {
    /// Stands for the port of the server in arguments.
    pub const PORT: &str = "PORT";
    /// Stands for another free port in arguments.
    pub const FREE_PORT: &str = "FREE PORT";

    /// Starts a server that has every write on the disk before it answers.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with further arguments, which replace earlier ones.
    pub fn start_with(arguments: &[&str]) -> Self {
        let durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
        Self::start_plain(&[&durable[..], arguments].concat())
    }

    /// Starts a server, or a sentinel with a settings file. It gets no arguments except the address and these.
    pub fn start_plain(arguments: &[&str]) -> Self {
        // Another process may take the port first.
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let port = free_port();
            let arguments: Vec<String> = arguments
                .iter()
                .map(|argument| match *argument {
                    Self::PORT => port.to_string(),
                    Self::FREE_PORT => free_port().to_string(),
                    argument => argument.to_owned(),
                })
                .collect();
            let child = spawn(folder.path(), port, &arguments);
            let mut server = Self { child, folder, port, arguments };
            if server.is_started() {
                return server;
            }
        }
        panic!("cannot start redis-server");
    }

    /// Returns the port on the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the address of the store.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the server without a chance to write anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again after [`kill`](Self::kill), with its files.
    pub fn restart(&mut self) {
        self.child = spawn(self.folder.path(), self.port, &self.arguments);
        assert!(self.is_started(), "the server does not start again");
    }

    /// Stops the server from running, until [`thaw`](Self::thaw).
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets the server run again.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Runs a command and returns its output.
    pub fn cli(&self, arguments: &[&str]) -> String {
        let port = self.port.to_string();
        let uses_tls = self.arguments.iter().any(|argument| argument == "--tls-port");
        let tls = if uses_tls { &["--tls", "--insecure"][..] } else { &[] };
        let output = Command::new(program("redis-cli")).args(["-p", &port]).args(tls).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Returns whether the server on the port is this process.
    fn is_own(&self) -> bool {
        let own = format!("process_id:{}", self.child.id());
        self.cli(&["info", "server"]).lines().any(|line| line.trim_end() == own)
    }

    /// Waits until the server answers. Returns false if it ends instead.
    fn is_started(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            let answer = self.cli(&["ping"]);
            // The answer may be from another server on the port, while this one is about to end.
            if answer == "PONG" && self.is_own() {
                return true;
            }
            // Without the password, the process that answers is not known.
            if answer.contains("NOAUTH") {
                return self.child.try_wait().unwrap().is_none();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for RedisProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a program that `make tools` has installed, or else the one on `PATH`.
fn program(name: &str) -> PathBuf {
    let installed = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/bin")).join(name);
    if installed.exists() { installed } else { name.into() }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn spawn(folder: &Path, port: u16, arguments: &[String]) -> Child {
    // A file of settings comes first.
    let (file, arguments) =
        arguments.split_at(arguments.iter().take_while(|argument| argument.starts_with('/')).count());
    Command::new(program("redis-server"))
        .args(file)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--dir"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
