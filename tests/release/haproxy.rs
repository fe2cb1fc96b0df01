//! `HAProxy` with the fragment of docs/operations.md: a rolling restart that no client notices, and the addresses of
//! clients.

use support::haproxy::HaProxy;
use support::http::frame;
use support::yodel::command;
use support::{Yodel, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Starts a server with the default time between the announcement of a shutdown and its beginning.
async fn with_default_lame_duck() -> Yodel {
    let mut command = command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env_remove("YODEL_LAME_DUCK");
    Yodel::start(command).await
}

#[cfg_attr(not(haproxy), ignore = "HAProxy is not installed; run `make tools`")]
#[tokio::test]
async fn rejects_no_client_before_haproxy_marks_it_down() {
    let (stopping, staying) = (with_default_lame_duck().await, with_default_lame_duck().await);
    let proxy = HaProxy::start(&[&stopping, &staying], "").await;
    stopping.signal("TERM").await;
    let mut visitors = 0;
    let mut exit = std::pin::pin!(stopping.wait_for_exit());
    let output = loop {
        tokio::select! {
            output = &mut exit => break output,
            (_client, head) = proxy.handshake("/ws/echo") => {
                assert!(head.starts_with("HTTP/1.1 101 "), "after {visitors} visitors: {head}");
                visitors += 1;
            }
        }
    };
    assert_eq!(output.status.code(), Some(0), "{}", output.log);
    assert!(visitors > 10 && output.log.contains("still serving"), "{visitors} visitors: {}", output.log);
    let (_client, head) = proxy.handshake("/ws/echo").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}

/// Returns the address of a client as a server knows it.
async fn client_address(flags: &[&str], options: &str) -> String {
    let yodel = Yodel::serve(&[&["--trusted-proxy", "127.0.0.1", "--plain-format", "seed"], flags].concat()).await;
    let proxy = HaProxy::start(&[&yodel], options).await;
    let (mut client, head) = proxy.handshake("/ws/broadcast").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    client.write_all(&frame(0x81, b"hi")).await.expect("socket accepts data");
    let mut received = Vec::new();
    while !received.ends_with(b"hi") {
        let read = with_timeout("the broadcast", client.read_buf(&mut received)).await.expect("socket is readable");
        assert_ne!(read, 0, "closed after {received:?}");
    }
    String::from_utf8_lossy(&received[2..]).into_owned()
}

#[cfg_attr(not(haproxy), ignore = "HAProxy is not installed; run `make tools`")]
#[tokio::test]
async fn haproxy_reports_the_clients_address() {
    for (flags, options, expected) in [
        (&[][..], "", "192.0.2.1:0 echo: hi"),
        (&["--proxy-protocol"], "send-proxy", "192.0.2.1:4711 echo: hi"),
        (&["--proxy-protocol"], "send-proxy-v2", "192.0.2.1:4711 echo: hi"),
    ] {
        assert_eq!(client_address(flags, options).await, expected, "{options}");
    }
}
