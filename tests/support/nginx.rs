//! nginx with `deploy/nginx.conf`, in front of a server and a copy of the page bundle.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::process::{Child, Command};
use tokio_util::task::AbortOnDropHandle;

use crate::page::POLL_INTERVAL;
use crate::tls::CertificateFiles;
use crate::with_timeout;
use crate::yodel::root;

/// Configuration around the tested file: one process in the foreground that writes only into the folder `HOME`.
const MAIN: &str = "
daemon off;
master_process off;
pid HOME/pid;
error_log HOME/error.log;
events {}
http {
    access_log off;
    client_body_temp_path HOME/body;
    proxy_temp_path HOME/proxy;
    fastcgi_temp_path HOME/fastcgi;
    uwsgi_temp_path HOME/uwsgi;
    scgi_temp_path HOME/scgi;
    include HOME/yodel.conf;
}
";

/// A loopback port whose connections are forwarded to a socket file. The port is bound before nginx starts, so the
/// server can be told its public origin, and no other process can take it.
#[derive(Debug)]
pub struct Frontend {
    listener: TcpListener,
    home: TempDir,
    /// Certificate of nginx, for `localhost`.
    pub certificate: CertificateFiles,
}

/// A running nginx; killed on drop.
#[derive(Debug)]
pub struct Nginx {
    /// Address of its TLS port.
    pub address: SocketAddr,
    /// Certificate of nginx, for `localhost`.
    pub certificate: CertificateFiles,
    home: TempDir,
    _process: Child,
    _forwarding: AbortOnDropHandle<()>,
}

impl Frontend {
    /// Binds a free port.
    pub async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let home = tempfile::tempdir().expect("temporary folder");
        let certificate = CertificateFiles::write(home.path());
        Self { listener, home, certificate }
    }

    /// Returns the public origin: `https://localhost:PORT`.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.address().port())
    }

    /// Returns the file that `deploy/nginx.conf` includes for the page's content security policy.
    pub fn policy_file(&self) -> PathBuf {
        self.home.path().join("policy.conf")
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("listener has an address")
    }

    /// Starts nginx with `deploy/nginx.conf`: only its addresses and paths are replaced.
    ///
    /// # Panics
    /// Panics if nginx rejects the configuration.
    pub async fn start(self, server: SocketAddr, page: &Path) -> Nginx {
        let home = self.home.path().to_str().expect("path is UTF-8").to_owned();
        let replaced = [
            ("listen 443 ssl;", format!("listen unix:{home}/socket ssl;"), 1),
            ("/etc/ssl/yodel.example/fullchain.pem", self.certificate.flags()[1].to_owned(), 1),
            ("/etc/ssl/yodel.example/privkey.pem", self.certificate.flags()[3].to_owned(), 1),
            ("/srv/yodel", page.display().to_string(), 1),
            ("/etc/nginx/yodel-policy.conf", self.policy_file().display().to_string(), 1),
            ("http://127.0.0.1:8000", format!("http://{server}"), 2),
        ];
        let mut config = std::fs::read_to_string(root().join("deploy/nginx.conf")).expect("file exists");
        for (text, replacement, count) in replaced {
            assert_eq!(config.matches(text).count(), count, "{text} in deploy/nginx.conf");
            config = config.replace(text, &replacement);
        }
        std::fs::write(self.home.path().join("yodel.conf"), config).expect("folder is writable");
        std::fs::write(self.home.path().join("nginx.conf"), MAIN.replace("HOME", &home)).expect("folder is writable");
        let process = start_process(self.home.path()).await;
        let (address, socket) = (self.address(), self.home.path().join("socket"));
        let forwarding = AbortOnDropHandle::new(tokio::spawn(forward(self.listener, socket)));
        Nginx { address, certificate: self.certificate, home: self.home, _process: process, _forwarding: forwarding }
    }
}

impl Nginx {
    /// Returns the lines of the error log.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(self.home.path().join("error.log")).unwrap_or_default()
    }
}

/// Starts nginx and waits until its socket accepts connections.
async fn start_process(home: &Path) -> Child {
    let log = home.join("error.log");
    let mut command = Command::new(root().join(".tools/bin/nginx"));
    command.arg("-p").arg(home).arg("-c").arg(home.join("nginx.conf")).arg("-e").arg(&log);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let mut process = command.spawn().expect("nginx is installed");
    let accepts = async {
        while UnixStream::connect(home.join("socket")).await.is_err() {
            if let Some(status) = process.try_wait().expect("process can be awaited") {
                panic!("nginx exited with {status}: {}", std::fs::read_to_string(&log).unwrap_or_default());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    with_timeout("nginx's socket", accepts).await;
    process
}

async fn forward(listener: TcpListener, socket: PathBuf) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(forward_one(stream, socket.clone()));
    }
}

async fn forward_one(mut stream: TcpStream, socket: PathBuf) {
    if let Ok(mut upstream) = UnixStream::connect(socket).await {
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut upstream).await;
    }
}
