//! Tokens and API keys of `yodel connect` and `yodel publish`.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use support::yodel::command;
use support::{Yodel, with_timeout};

use crate::connect_process::{ConnectProcess, at, connect};

async fn output(arguments: &[&str]) -> Output {
    with_timeout("the process's exit", command(arguments).output()).await.expect("binary can be run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A temporary folder with the secret, API key and tokens of a server.
struct CredentialFiles {
    folder: tempfile::TempDir,
}

impl CredentialFiles {
    async fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().expect("temporary folder") };
        for name in ["jwt.secret", "api.key"] {
            std::fs::write(files.path(name), output(&["token", "secret"]).await.stdout).expect("file is writable");
        }
        files
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("path is UTF-8").to_owned()
    }

    async fn token(&self, name: &str, expires: &str, more: &[&str]) -> String {
        let secret = self.path("jwt.secret");
        let flags = ["token", "make", "--jwt-secret-file", &secret, "--user", "42", "--expires", expires];
        let token = output(&[&flags[..], more].concat()).await;
        let path = self.path(name);
        std::fs::write(Path::new(&path), token.stdout).expect("file is writable");
        path
    }

    async fn serve(&self) -> Yodel {
        let (secret, key) = (self.path("jwt.secret"), self.path("api.key"));
        Yodel::serve(&["--auth=jwt", "--jwt-secret-file", &secret, "--api-key-file", &key]).await
    }
}

#[tokio::test]
async fn rereads_the_token_file_on_expiry() {
    let files = CredentialFiles::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "9s", &[]).await;
    let mut subscriber = ConnectProcess::start(connect(&at(&yodel, "/ws"), &["--join=chat", "--token-file", &token]));
    let first = subscriber.next("login").await;
    assert_eq!(first["user"], "42");
    subscriber.next("joined").await;
    files.token("token", "1h", &[]).await;
    // The client may have read the file once more before it was replaced.
    while subscriber.next("login").await["expires"].as_u64() <= first["expires"].as_u64() {}
}

#[tokio::test]
async fn sends_the_token_in_plain_mode() {
    let files = CredentialFiles::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "1h", &[]).await;
    let flags = ["--send=hi", "--token-file", &token];
    let accepted = with_timeout("the process's exit", connect(&at(&yodel, "/ws"), &flags).output())
        .await
        .expect("binary can be run");
    assert_eq!(
        (accepted.status.code(), text(&accepted.stdout).as_str()),
        (Some(0), "hi\n"),
        "{}",
        text(&accepted.stderr)
    );
    let rejected = with_timeout("the process's exit", connect(&at(&yodel, "/ws"), &flags[..1]).output())
        .await
        .expect("binary can be run");
    let log = text(&rejected.stderr);
    assert!(rejected.status.code() == Some(1) && log.contains("401") && log.contains("--token-file"), "{log}");
}

#[tokio::test]
async fn exits_on_an_invalid_token_without_printing_it() {
    let files = CredentialFiles::new().await;
    let yodel = files.serve().await;
    std::fs::write(files.path("bad"), "a.b.c").expect("file is writable");
    for (file, reason) in [("bad", "4502"), ("missing", "No such file")] {
        let flags = ["--join=chat", "--send=hi", "--token-file", &files.path(file)];
        let output = with_timeout("the process's exit", connect(&at(&yodel, "/ws"), &flags).output())
            .await
            .expect("binary can be run");
        let log = text(&output.stderr);
        assert!(output.status.code() == Some(1) && log.contains(reason) && log.contains("--token-file"), "{log}");
        assert!(!log.contains("a.b.c"), "the token is not printed: {log}");
    }
}

#[tokio::test]
async fn publish_prints_the_servers_reply() {
    let files = CredentialFiles::new().await;
    let yodel = files.serve().await;
    let token = files.token("token", "1h", &[]).await;
    let mut subscriber = ConnectProcess::start(connect(&at(&yodel, "/ws"), &["--join=chat", "--token-file", &token]));
    subscriber.next("joined").await;
    let key = files.path("api.key");
    let login = ["publish", "--url", &yodel.url, "--api-key-file", &key];
    let publish = async |flags: &[&str]| {
        let output = output(&[&login[..], flags].concat()).await;
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let first = publish(&["--room=chat", "--event=build", "--data={\"ok\":true}", "--key=k1"]).await;
    assert_eq!(first["offset"], 1);
    assert_eq!(subscriber.next("message").await["data"]["ok"], true);
    assert_eq!(publish(&["--room=chat", "--event=build", "--data={\"ok\":true}", "--key=k1"]).await["duplicate"], true);
    assert_eq!(publish(&["--user=42", "--text=psst"]).await["delivered"], 1);
    assert_eq!(subscriber.next("direct").await["data"], "psst");
    assert_eq!(publish(&["--everyone", "--text=all"]).await["delivered"], 1);
    assert_eq!(subscriber.next("message").await["room"], "*");
}

#[tokio::test]
async fn publish_reports_missing_permissions() {
    let files = CredentialFiles::new().await;
    let yodel = files.serve().await;
    let (plain, allowed) = (files.token("plain", "1h", &[]).await, files.token("allowed", "1h", &["--api"]).await);
    let message = ["publish", "--url", &yodel.url, "--room=chat", "--text=hi"];
    for (login, words) in [
        (&[][..], "401 Unauthorized: Authentication required: send an API key or a token"),
        (&["--token-file", &plain], "403 Forbidden: Permission denied: the token has no claim `api`"),
        (&["--api-key-file", &files.path("missing")], "missing: No such file"),
    ] {
        let output = output(&[&message[..], login].concat()).await;
        let log = text(&output.stderr);
        assert!(output.status.code() == Some(1) && log.contains(words) && log.lines().count() == 1, "{log}");
    }
    assert!(output(&[&message[..], &["--token-file", &allowed]].concat()).await.status.success());
}
