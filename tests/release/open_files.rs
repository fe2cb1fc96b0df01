//! A server that has no free file descriptor: open connections go on, new ones wait, and the log is not flooded.

use std::process::Stdio;
use std::time::{Duration, Instant};

use support::http::{self, HANDSHAKE, frame};
use support::page::POLL_INTERVAL;
use support::yodel::root;
use support::{TestClient, Yodel, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_tungstenite::tungstenite::Message;

/// Hard limit of the server's open files.
const FILES: usize = 96;

/// Interval of the server's pings. The pings are the test's clock.
const PING: Duration = Duration::from_millis(200);

/// Returns a command that starts the server with a low hard limit of open files. Sockets without a request stay open.
fn command_with_low_limit() -> Command {
    let flags = format!("--listen 127.0.0.1:0 --handshake-timeout 1h --ping {}ms", PING.as_millis());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {FILES} && exec \"$0\" serve {flags}")]);
    shell.arg(root().join("target/release/yodel")).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    shell
}

/// Opens sockets until the server has no free descriptor. Some of them wait to be accepted.
async fn exhaust(yodel: &Yodel) -> Vec<TcpStream> {
    let mut idle = Vec::with_capacity(FILES);
    for _ in 0..FILES {
        idle.push(
            with_timeout("a connection", TcpStream::connect(yodel.address())).await.expect("server is listening"),
        );
    }
    let folder = format!("/proc/{}/fd", yodel.id());
    let open = || std::fs::read_dir(&folder).expect("process is running").count();
    with_timeout("all descriptors in use", async {
        while open() < FILES {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
    idle
}

#[tokio::test]
async fn recovers_when_descriptors_are_free_again() {
    let yodel = Yodel::start(command_with_low_limit()).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    let begin = Instant::now();
    let idle = exhaust(&yodel).await;

    client.send("still here").await;
    assert_eq!(client.receive().await, "still here");
    let mut late = TcpStream::connect(yodel.address()).await.expect("server is listening");
    let request = format!("GET /ws HTTP/1.1\r\nHost: {}\r\n{HANDSHAKE}\r\n", yodel.address());
    late.write_all(request.as_bytes()).await.expect("socket accepts data");
    // The server tries to accept several times.
    let (mut writer, mut reader) = client.split();
    for _ in 0..5 {
        while !matches!(reader.receive().await, Message::Ping(_)) {}
        writer.send(Message::Pong(Vec::new().into())).await;
    }

    drop(idle);
    let head = with_timeout("the waiting handshake", http::read_until(&mut late, b"\r\n\r\n")).await;
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    late.write_all(&frame(0x81, b"at last")).await.expect("socket accepts data");
    let mut echo = [0; 9];
    with_timeout("an echo", late.read_exact(&mut echo)).await.expect("socket is readable");
    assert_eq!(&echo, b"\x81\x07at last");

    drop((late, writer, reader));
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    let reports = log.matches("cannot accept").count();
    let periods = usize::try_from(begin.elapsed().as_secs() / 10).expect("a short test");
    assert!((1..=1 + periods).contains(&reports), "at most one line in ten seconds: {log}");
}
