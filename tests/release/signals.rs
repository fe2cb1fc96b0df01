//! The process: what it prints, where its flags may come from, which signals it obeys.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use support::http::{self, GOODBYE};
use support::tls::{self, Pair};
use support::yodel::command;
use support::{TestClient, Yodel, soon};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn it_prints_its_address_and_nothing_else() {
    let mut command = command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut first = String::new();
    soon("the address", stdout.read_line(&mut first)).await.expect("readable");
    let port = first.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix('\n')).expect("an address");
    assert!(port.parse::<u16>().is_ok_and(|port| port != 0), "{first}");

    let id = child.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.expect("kill is there").success());
    let mut rest = String::new();
    soon("the end", stdout.read_to_string(&mut rest)).await.expect("readable");
    assert_eq!(rest, "");
    assert!(soon("the end", child.wait()).await.expect("it ends").success());
}

#[tokio::test]
async fn sigint_and_sigterm_tell_everybody_and_end_well() {
    for signal in ["INT", "TERM"] {
        let yodel = Yodel::serve(&[]).await;
        let mut clients = Vec::new();
        for path in ["/ws", "/ws/echo", "/ws/broadcast"] {
            clients.push(TestClient::connect(&format!("ws://{}{path}", yodel.address())).await);
        }
        yodel.signal(signal).await;
        for client in &mut clients {
            assert_eq!(client.closed().await, (1001, "shutdown".to_owned()), "{signal}");
        }
        drop(clients);
        let ended = yodel.ended().await;
        assert_eq!(ended.status.code(), Some(0), "{signal}: {}", ended.log);
        assert!(ended.log.trim_end().ends_with("stopped"), "{}", ended.log);
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_although_somebody_does_not_answer() {
    for (first, second) in [("TERM", "TERM"), ("INT", "TERM")] {
        let yodel = Yodel::serve(&["--drain", "24h", "--pong", "24h"]).await;
        let mut silent = http::open(yodel.address(), "/ws").await;
        yodel.signal(first).await;
        assert_eq!(soon("a goodbye", http::read_until(&mut silent, GOODBYE)).await, GOODBYE);
        yodel.signal(second).await;
        let ended = yodel.ended().await;
        assert_eq!(ended.status.code(), Some(1), "by itself, not {:?}: {}", ended.status.signal(), ended.log);
    }
}

#[tokio::test]
async fn sighup_reads_the_certificate_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = Pair::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    assert!(yodel.url.starts_with("https://127.0.0.1:"), "{}", yodel.url);
    let old = folder.path().join("old.pem");
    std::fs::copy(&pair.chain, &old).expect("a copy");
    assert!(tls::connect(yodel.address(), &old).await.is_ok());

    Pair::write(folder.path());
    assert!(tls::connect(yodel.address(), &pair.chain).await.is_err(), "not before it is told");
    yodel.signal("HUP").await;
    soon("the new certificate", async {
        while tls::connect(yodel.address(), &pair.chain).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(tls::connect(yodel.address(), &old).await.is_err());
}

#[tokio::test]
async fn sighup_without_a_certificate_ends_nothing() {
    let yodel = Yodel::serve(&[]).await;
    let mut client = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    yodel.signal("HUP").await;
    client.send("still here").await;
    assert_eq!(client.receive().await, "still here");
    drop(client);
    yodel.signal("TERM").await;
    let ended = yodel.ended().await;
    assert!(ended.status.success() && ended.log.contains("no certificate"), "{}", ended.log);
}

#[tokio::test]
async fn flags_may_come_from_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "my own page").expect("a file");
    let mut command = command(&["serve"]);
    command.env("YODEL_LISTEN", "127.0.0.1:0").env("YODEL_PLAIN", "broadcast").env("YODEL_PLAIN_FORMAT", "seed");
    command.env("YODEL_WS_PATH", "/one,/two").env("YODEL_DIST", folder.path()).env("YODEL_MAX_MESSAGE", "1000");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let url = soon("the address", lines.next_line()).await.expect("readable").expect("it starts");
    let address = url.strip_prefix("http://").expect("an address");

    let mut bo = TestClient::connect(&format!("ws://{address}/two")).await;
    bo.send("I am here").await;
    assert_eq!(bo.receive().await, format!("{} echo: I am here", bo.address));
    let mut ana = TestClient::connect(&format!("ws://{address}/one")).await;
    ana.send("hello").await;
    assert_eq!(bo.receive().await, format!("{} echo: hello", ana.address));
    ana.send(&"x".repeat(1001)).await;
    assert_eq!(ana.closed().await.0, 1009);
    let page = http::request(address.parse().expect("an address"), "GET / HTTP/1.1").await;
    assert!(page.ends_with("my own page"), "{page}");
}
