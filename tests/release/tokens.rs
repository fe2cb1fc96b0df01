//! Tokens of `yodel connect`, and `yodel publish`.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use support::yodel::command;
use support::{Yodel, soon};

use crate::connect::{Listener, at, connect};

async fn output(arguments: &[&str]) -> Output {
    soon("it ends", command(arguments).output()).await.expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Files for a server that asks who one is.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    async fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().expect("a folder") };
        for name in ["jwt.secret", "api.key"] {
            std::fs::write(files.path(name), output(&["token", "secret"]).await.stdout).expect("a file");
        }
        files
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a name in UTF-8").to_owned()
    }

    async fn token(&self, name: &str, expires: &str, more: &[&str]) -> String {
        let secret = self.path("jwt.secret");
        let flags = ["token", "make", "--jwt-secret-file", &secret, "--user", "42", "--expires", expires];
        let token = output(&[&flags[..], more].concat()).await;
        let path = self.path(name);
        std::fs::write(Path::new(&path), token.stdout).expect("a file");
        path
    }

    async fn serve(&self) -> Yodel {
        let (secret, key) = (self.path("jwt.secret"), self.path("api.key"));
        Yodel::serve(&["--auth=jwt", "--jwt-secret-file", &secret, "--api-key-file", &key]).await
    }
}

#[tokio::test]
async fn a_token_logs_in_and_its_file_is_read_again_when_it_ends() {
    let files = Files::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "9s", &[]).await;
    let mut listener = Listener::start(connect(&at(&yodel, "/ws"), &["--join=chat", "--token-file", &token]));
    let first = listener.next("login").await;
    assert_eq!(first["user"], "42");
    listener.next("joined").await;
    files.token("token", "1h", &[]).await;
    let second = listener.next("login").await;
    assert!(second["expires"].as_u64() > first["expires"].as_u64(), "{first} {second}");
}

#[tokio::test]
async fn a_plain_connection_takes_its_token_along() {
    let files = Files::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "1h", &[]).await;
    let flags = ["--send=hi", "--token-file", &token];
    let welcome = soon("it ends", connect(&at(&yodel, "/ws"), &flags).output()).await.expect("it runs");
    assert_eq!((welcome.status.code(), text(&welcome.stdout).as_str()), (Some(0), "hi\n"), "{}", text(&welcome.stderr));
    let stranger = soon("it ends", connect(&at(&yodel, "/ws"), &flags[..1]).output()).await.expect("it runs");
    let log = text(&stranger.stderr);
    assert!(stranger.status.code() == Some(1) && log.contains("401") && log.contains("--token-file"), "{log}");
}

#[tokio::test]
async fn a_token_that_is_no_good_is_the_end() {
    let files = Files::new().await;
    let yodel = files.serve().await;
    std::fs::write(files.path("bad"), "a.b.c").expect("a file");
    for (file, why) in [("bad", "4502"), ("missing", "No such file")] {
        let flags = ["--join=chat", "--send=hi", "--token-file", &files.path(file)];
        let output = soon("it ends", connect(&at(&yodel, "/ws"), &flags).output()).await.expect("it runs");
        let log = text(&output.stderr);
        assert!(output.status.code() == Some(1) && log.contains(why) && log.contains("--token-file"), "{log}");
        assert!(!log.contains("a.b.c"), "a token is nobody's business: {log}");
    }
}

#[tokio::test]
async fn a_message_is_published_and_its_place_is_printed() {
    let files = Files::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "1h", &[]).await;
    let mut listener = Listener::start(connect(&at(&yodel, "/ws"), &["--join=chat", "--token-file", &token]));
    listener.next("joined").await;
    let key = files.path("api.key");
    let login = ["publish", "--url", &yodel.url, "--api-key-file", &key];
    let publish = async |flags: &[&str]| {
        let output = output(&[&login[..], flags].concat()).await;
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let first = publish(&["--room=chat", "--event=build", "--data={\"ok\":true}", "--key=k1"]).await;
    assert_eq!(first["offset"], 1);
    assert_eq!(listener.next("message").await["data"]["ok"], true);
    assert_eq!(publish(&["--room=chat", "--event=build", "--data={\"ok\":true}", "--key=k1"]).await["duplicate"], true);
    assert_eq!(publish(&["--user=42", "--text=psst"]).await["delivered"], 1);
    assert_eq!(listener.next("direct").await["data"], "psst");
    assert_eq!(publish(&["--everyone", "--text=all"]).await["delivered"], 1);
    assert_eq!(listener.next("message").await["room"], "*");
}

#[tokio::test]
async fn whoever_may_not_publish_is_told_why() {
    let files = Files::new().await;
    let yodel = files.serve().await;
    let (plain, allowed) = (files.token("plain", "1h", &[]).await, files.token("allowed", "1h", &["--api"]).await);
    let message = ["publish", "--url", &yodel.url, "--room=chat", "--text=hi"];
    for (login, words) in [
        (&[][..], "401 Unauthorized: A key or a token is needed"),
        (&["--token-file", &plain], "403 Forbidden: The token does not claim `api`"),
        (&["--api-key-file", &files.path("missing")], "missing: No such file"),
    ] {
        let output = output(&[&message[..], login].concat()).await;
        let log = text(&output.stderr);
        assert!(output.status.code() == Some(1) && log.contains(words) && log.lines().count() == 1, "{log}");
    }
    assert!(output(&[&message[..], &["--token-file", &allowed]].concat()).await.status.success());
}
