//! A server that has no free file descriptor: open connections continue, new ones wait, and the log is not flooded.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use support::http::{self, HANDSHAKE, frame};
use support::{TestClient, Yodel, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

/// Interval of the server's pings. The pings are the test's clock.
const PING: Duration = Duration::from_millis(200);

/// Lowers the server's limit of open files below the first free descriptor, so that it cannot accept a connection. The
/// server accepts no more sockets than its limit at the start allows. Returns the limit as it was.
fn exhaust_files(yodel: &Yodel) -> Rlimit {
    let open = std::fs::read_dir(format!("/proc/{}/fd", yodel.id())).expect("process is running");
    let open: HashSet<_> = open.flatten().map(|entry| entry.file_name()).collect();
    let free = (0..=open.len() as u64).find(|number| !open.contains(number.to_string().as_ref() as &OsStr));
    limit_files(yodel, Rlimit { current: free, maximum: getrlimit(Resource::Nofile).maximum })
}

/// Sets the server's limit of open files. Returns the limit as it was.
fn limit_files(yodel: &Yodel, limit: Rlimit) -> Rlimit {
    let process = yodel.id().parse().ok().and_then(Pid::from_raw).expect("a process identifier");
    prlimit(Some(process), Resource::Nofile, limit).expect("the process is ours")
}

#[tokio::test]
async fn recovers_when_descriptors_are_free_again() {
    let yodel = Yodel::serve(&["--ping", &format!("{}ms", PING.as_millis())]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    let begin = Instant::now();
    let limit = exhaust_files(&yodel);

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

    limit_files(&yodel, limit);
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
