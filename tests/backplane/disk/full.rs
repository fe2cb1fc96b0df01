//! A disk that is full, simulated by a limit of the size of files: publishes fail, everything else goes on.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use support::yodel::shell;
use support::{EnvelopeClient, Yodel, http, retry_until};

use super::{epoch, join, numbers, publish};

/// Limits the size of the files of a process, in bytes.
fn limit_files(server: &Yodel, bytes: Option<u64>) {
    let pid = Pid::from_raw(server.id().parse().expect("a process id"));
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(pid, Resource::Fsize, limit).expect("the limit can be set");
}

/// Waits until the readiness probe has this body.
async fn wait_for_ready(server: &Yodel, expected: &str) {
    retry_until(&format!("{expected} in /ready"), async || {
        let response = http::request(server.address(), "GET /ready HTTP/1.1").await;
        response.ends_with(&format!("\r\n\r\n{expected}\n")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn publishes_fail_until_there_is_room_and_everything_else_goes_on() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let data = folder.path().to_str().expect("a path");
    // A write beyond the limit is an error, and not a signal.
    let mut command = shell(r#"trap '' XFSZ; exec "$0" serve --listen 127.0.0.1:0 --data "$1""#);
    command.arg(data);
    let server = Yodel::start(command).await;
    let url = format!("{}/ws", server.url.replace("http", "ws"));
    let (mut ada, mut bob) = (EnvelopeClient::connect(&url).await, EnvelopeClient::connect(&url).await);
    assert_eq!([ada.next().await["type"].clone(), bob.next().await["type"].clone()], ["welcome", "welcome"]);
    let first = publish(&mut ada, 1).await;

    limit_files(&server, Some(0));
    let mut number = 2;
    let refused = loop {
        let reply = publish(&mut ada, number).await;
        if reply["type"] == "error" {
            break reply;
        }
        number += 1;
    };
    assert_eq!((&refused["code"], &refused["retry"]), (&"unavailable".into(), &true.into()), "{refused}");
    wait_for_ready(&server, "disk").await;
    bob.request(r#"{"id":7,"type":"echo","data":1}"#, r#"{"id":7,"type":"echo","data":1,"time":"TIME"}"#).await;
    let joined = join(&mut bob, &epoch(&first), 0).await;
    assert!(joined["recovered"] == true && numbers(&joined).len() as u64 == number - 1, "{joined}");

    limit_files(&server, None);
    wait_for_ready(&server, "ready").await;
    let repeated = publish(&mut ada, number).await;
    assert_eq!((&repeated["type"], &repeated["offset"]), (&"ok".into(), &number.into()), "{repeated}");
    assert_eq!(bob.next_message().await["data"], number);
    server.kill().await;

    let server = Yodel::serve(&["--data", data]).await;
    let mut eve = EnvelopeClient::connect(&format!("{}/ws", server.url.replace("http", "ws"))).await;
    assert_eq!(eve.next().await["type"], "welcome");
    let joined = join(&mut eve, &epoch(&first), 0).await;
    assert!(joined["recovered"] == true && numbers(&joined).into_iter().eq(1..=number), "{joined}");
}
