//! `HAProxy` with the fragment of docs/operations.md, in front of servers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::page::POLL_INTERVAL;
use crate::yodel::root;
use crate::{Yodel, document, with_timeout};

/// Configuration around the documented fragment. The frontend expects the PROXY protocol, so that a test can choose the
/// address of a client.
const MAIN: &str = "
global
    maxconn 500
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout check 5s
frontend public
    bind unix@HOME/socket accept-proxy
    default_backend yodel
backend yodel
    balance roundrobin
";

/// A running `HAProxy`; killed on drop.
#[derive(Debug)]
pub struct HaProxy {
    home: TempDir,
    _process: Child,
}

impl HaProxy {
    /// Starts `HAProxy` in front of these servers. `options` are added to each of them.
    ///
    /// # Panics
    /// Panics if `HAProxy` rejects the configuration.
    pub async fn start(servers: &[&Yodel], options: &str) -> Self {
        let home = tempfile::tempdir().expect("temporary folder");
        let mut config = MAIN.replace("HOME", home.path().to_str().expect("path is UTF-8"));
        config += &document::code_block("docs/operations.md", "haproxy", "# HAProxy");
        for (number, server) in servers.iter().enumerate() {
            let _ = write!(config, "\nserver yodel-{number} {} {options}", server.address());
        }
        let file = home.path().join("haproxy.cfg");
        std::fs::write(&file, config + "\n").expect("folder is writable");
        let process = start_process(&file, &home.path().join("socket")).await;
        Self { home, _process: process }
    }

    /// Opens a WebSocket for a client with the address 192.0.2.1:4711. Returns the connection and the response's head.
    pub async fn handshake(&self, path: &str) -> (UnixStream, String) {
        let mut stream = connect(&self.home.path().join("socket")).await.expect("HAProxy is listening");
        let handshake = crate::http::HANDSHAKE;
        let request = format!(
            "PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\r\nGET {path} HTTP/1.1\r\nHost: localhost\r\n{handshake}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("socket accepts data");
        let head = with_timeout("the response", async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {}
            String::from_utf8_lossy(&head).into_owned()
        });
        let head = head.await;
        (stream, head)
    }
}

async fn connect(socket: &Path) -> std::io::Result<UnixStream> {
    UnixStream::connect(socket).await
}

/// Starts `HAProxy` and waits until its socket accepts connections.
async fn start_process(config: &Path, socket: &Path) -> Child {
    let program: PathBuf = root().join(".tools/bin/haproxy");
    let mut command = Command::new(program);
    command.arg("-db").arg("-f").arg(config).stdin(Stdio::null()).stdout(Stdio::null());
    let mut process = command.kill_on_drop(true).spawn().expect("HAProxy is installed");
    let accepts = async {
        while connect(socket).await.is_err() {
            assert_eq!(process.try_wait().expect("process can be awaited"), None, "HAProxy rejects its configuration");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    with_timeout("HAProxy's socket", accepts).await;
    process
}
