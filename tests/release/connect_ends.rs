//! How `yodel connect` ends: its exit status and last words, retries, redirects and TLS.

use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use support::tls::CertificateFiles;
use support::yodel::command;
use support::{Yodel, http, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_async;

use crate::connect::{ConnectProcess, assert_failure, at, connect, output, stderr, stdout_on_success};
use crate::scripted_server::ScriptedServer;

/// A server that handles each connection by its number.
struct NumberedServer {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl NumberedServer {
    async fn start<F>(serve: impl Fn(usize, TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("listener has an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(count.fetch_add(1, Ordering::SeqCst), stream));
            }
        });
        Self { url, connections }
    }

    /// Starts a server that sends this response to each request.
    async fn responding(response: String) -> Self {
        Self::start(move |_, stream| respond(stream, response.clone())).await
    }

    fn connection_count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request, which a body may follow, sends the response, and waits for the client's end.
async fn respond(mut stream: TcpStream, response: String) {
    let mut request = Vec::new();
    while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        if !stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
            return;
        }
    }
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.read_to_end(&mut request).await;
}

fn redirect(location: &str) -> String {
    format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

async fn run(url: &str, flags: &[&str]) -> Output {
    output(connect(url, flags)).await
}

#[tokio::test]
async fn the_servers_close_code_wins_over_the_wish_to_leave() {
    // Each server answers the close frame of this client, which has no input, with another code.
    for (frame, words) in [
        (&b"\x88\x02\x03\xf1"[..], "1009"),
        (b"\x88\x02\x03\xea", "1002"),
        (b"\x88\x02\x03\xf0", "1008"),
        (b"\x88\x02\x11\x94", "4500"),
        (b"", "connection lost"),
    ] {
        let server = ScriptedServer::ending(frame).await;
        assert_failure(&run(&format!("ws://{}/", server.address), &[]).await, &[words]);
    }
    let server = ScriptedServer::ending(b"\x88\x00").await;
    stdout_on_success(&run(&format!("ws://{}/", server.address), &[]).await);
}

#[tokio::test]
async fn a_killed_server_is_an_error_after_the_input() {
    // Reads the message and is gone, as after SIGKILL; the client waits for a response.
    let server = ScriptedServer::ending(b"").await;
    let url = format!("ws://{}/", server.address);
    assert_failure(&run(&url, &["--send=hello", "--response-timeout=1h"]).await, &["connection lost"]);
}

#[tokio::test]
async fn a_rejected_room_ends_a_script() {
    let yodel = Yodel::serve(&["--max-rooms=1"]).await;
    for stay in [&["--stay"][..], &[]] {
        let flags = [&["--join=a", "--join=b"], stay].concat();
        assert_failure(&run(&at(&yodel, "/ws"), &flags).await, &["cannot join b", "limit"]);
    }
}

#[tokio::test]
async fn does_not_redial_what_cannot_succeed() {
    // A label of a domain has at most 63 characters, so no name server is asked.
    let unknown = format!("ws://{}.example/", "x".repeat(64));
    assert_failure(&run(&unknown, &["--stay"]).await, &["cannot resolve"]);
    let page = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<!DOCTYPE html>".to_owned();
    let server = NumberedServer::responding(page).await;
    assert_failure(&run(&server.url, &["--stay"]).await, &["200 OK", "HTML page", "check the path"]);
    assert_eq!(server.connection_count(), 1);
}

#[tokio::test]
async fn redials_a_server_that_it_was_connected_to() {
    let server = NumberedServer::start(|number, stream| async move {
        match number {
            0 => drop(accept_async(stream).await),
            1 => respond(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()).await,
            _ => {
                let mut socket = accept_async(stream).await.expect("a handshake");
                while let Some(Ok(_)) = socket.next().await {}
            }
        }
    });
    let server = server.await;
    let mut client = ConnectProcess::start(connect(&server.url, &[]));
    client.next("open").await;
    client.next("open").await;
    assert_eq!(server.connection_count(), 3);
}

#[tokio::test]
async fn gives_up_after_the_limit_of_retries() {
    let (_reserved, address) = http::refusing_address();
    let url = format!("ws://{address}/ws");
    for (flag, limit) in [("--retry=1", "--retry 1"), ("--retry-for=1s", "--retry-for 1s")] {
        let output = run(&url, &["--stay", flag]).await;
        assert_failure(&output, &["cannot connect to", "refused", limit]);
        let log = stderr(&output);
        assert!(log.starts_with("connection failed: cannot connect to ") && log.contains("; retry 1 in "), "{log}");
    }
    assert_failure(&run(&url, &["--retry-for=1ms"]).await, &["refused", "--retry-for 1ms"]);
}

#[tokio::test]
async fn follows_redirects_of_the_same_security() {
    let yodel = Yodel::serve(&[]).await;
    let to = NumberedServer::responding(redirect(&at(&yodel, "/ws/echo").replace("ws://", "http://"))).await;
    assert_eq!(stdout_on_success(&run(&to.url, &["--send=hi"]).await), "hi\n");

    let refused = run(&to.url, &["--send=hi", "--header=Authorization: mine"]).await;
    assert_failure(&refused, &["another server", "/ws/echo"]);
    let secure = NumberedServer::responding(redirect("https://secure.example/ws")).await;
    assert_failure(&run(&secure.url, &[]).await, &["https://secure.example/ws", "security"]);
    assert_eq!(secure.connection_count(), 1);
    let circle = NumberedServer::responding(redirect("/ws")).await;
    assert_failure(&run(&circle.url, &[]).await, &["redirects to /ws", "5 redirects"]);
    assert_eq!(circle.connection_count(), 6);
    let api = circle.url.replace("ws://", "http://");
    let publish = command(&["publish", "--url", &api, "--room=a", "--text=b"]);
    assert_failure(&output(publish).await, &["307 Temporary Redirect: Location: /ws"]);
}

#[tokio::test]
async fn a_full_output_is_an_error() {
    let yodel = Yodel::serve(&[]).await;
    let full = || Stdio::from(std::fs::File::options().write(true).open("/dev/full").expect("the device exists"));
    for arguments in
        [&["connect", &at(&yodel, "/ws"), "--send=hi"][..], &["--help"], &["serve", "--help"], &["--version"]]
    {
        let mut command = command(arguments);
        command.stdout(full()).stderr(Stdio::piped());
        // `output` would replace the standard output.
        let child = command.spawn().expect("binary can be run");
        let output = with_timeout("the process's exit", child.wait_with_output()).await.expect("process is running");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("cannot write to standard output: No space left"), "{}", stderr(&output));
    }
}

#[tokio::test]
async fn trusts_a_self_signed_certificate_of_a_ca() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write_ca(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let port = yodel.address().port();
    let (url, file) = (format!("wss://localhost:{port}/ws/echo"), pair.chain.to_str().expect("path is UTF-8"));
    assert_eq!(stdout_on_success(&run(&url, &["--send=hi", "--cacert", file]).await), "hi\n");
    let mut trusting = connect(&url, &["--send=hi"]);
    trusting.env("SSL_CERT_FILE", file);
    assert_eq!(stdout_on_success(&output(trusting).await), "hi\n");

    let other_folder = tempfile::tempdir().expect("temporary folder");
    let other = CertificateFiles::write_ca(other_folder.path());
    let distrusting = run(&url, &["--cacert", other.chain.to_str().expect("path is UTF-8")]).await;
    assert_failure(&distrusting, &["self-signed", "--cacert FILE", "--insecure"]);
    let other_name = run(&format!("wss://127.0.0.1:{port}/ws"), &["--cacert", file]).await;
    assert_failure(&other_name, &["not valid for name"]);
    assert_failure(&run(&url, &["--cacert", "/nowhere.pem"]).await, &["--cacert /nowhere.pem", "No such file"]);
    assert_failure(
        &run(&url, &["--cacert", pair.key.to_str().expect("path is UTF-8")]).await,
        &["no usable certificate"],
    );
}

#[tokio::test]
async fn an_empty_variable_for_certificates_counts_as_unset() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&CertificateFiles::write(folder.path()).flags()).await;
    let url = format!("wss://localhost:{}/ws", yodel.address().port());
    let mut empty = connect(&url, &[]);
    empty.env("SSL_CERT_FILE", "").env("SSL_CERT_DIR", "");
    assert_eq!(stderr(&output(empty).await), stderr(&run(&url, &[]).await));
}

#[tokio::test]
async fn names_the_scheme_that_the_port_needs() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&CertificateFiles::write(folder.path()).flags()).await;
    let port = yodel.address().port();
    assert_failure(&run(&format!("ws://localhost:{port}/ws"), &[]).await, &["uses TLS on this port", "wss://"]);
    let plain = Yodel::serve(&[]).await;
    let url = format!("wss://localhost:{}/ws", plain.address().port());
    assert_failure(&run(&url, &["--insecure"]).await, &["does not use TLS on this port", "ws://"]);
    assert_failure(&run(&at(&plain, "/ws"), &["--insecure"]).await, &["--insecure has no effect"]);
    let server = format!("http://localhost:{port}");
    let publish = command(&["publish", "--url", &server, "--room=a", "--text=b"]);
    assert_failure(&output(publish).await, &["uses TLS on this port", "https://"]);
}

#[tokio::test]
async fn shows_the_whole_hint_of_a_rejection() {
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../backend/src/auth/testdata/secret");
    let yodel = Yodel::serve(&["--auth=jwt", "--jwt-secret-file", secret]).await;
    let output = run(&at(&yodel, "/ws"), &[]).await;
    assert_failure(&output, &["401", "--token-file"]);
    assert!(!stderr(&output).contains('…'), "{}", stderr(&output));
}

/// Returns the largest resident memory of a process so far, in kB.
fn peak_memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("process is running");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line with the peak");
    line.trim_end_matches("kB").trim().parse().expect("a number")
}

#[tokio::test]
async fn keeps_one_pong_for_a_server_that_does_not_read() {
    const PINGS: usize = 600_000;
    let server = NumberedServer::start(|_, stream| async move {
        let mut stream = accept_async(stream).await.expect("a handshake").into_inner();
        let ping = [&[0x89, 125][..], &[b'x'; 125]].concat();
        stream.write_all(b"\x81\x05first").await.expect("socket accepts data");
        for _ in 0..PINGS / 1_000 {
            stream.write_all(&ping.repeat(1_000)).await.expect("socket accepts data");
        }
        stream.write_all(b"\x81\x04last").await.expect("socket accepts data");
        std::future::pending::<()>().await;
    });
    let server = server.await;
    let mut client = ConnectProcess::start(connect(&server.url, &[]));
    assert_eq!(client.next("text").await["data"], "first");
    let before = peak_memory(client.id());
    assert_eq!(client.next("text").await["data"], "last");
    // All pongs would take over 75 MB.
    let grown = peak_memory(client.id()).saturating_sub(before);
    assert!(grown < 30_000, "memory grew by {grown} kB");
}
