//! Settings with which `yodel serve` does not start, or that have no effect.

use support::tls::CertificateFiles;
use support::yodel::{command, run};
use support::{Yodel, with_timeout};
use tokio::net::TcpListener;

use crate::cli::assert_failure;
use crate::unused_address::UnusedAddress;

#[tokio::test]
async fn requires_certificate_and_key_together() {
    for (given, missing) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        let output = run(&["serve", given, "file.pem"]).await;
        assert_eq!(output.status.code(), Some(2), "{}", output.log);
        assert!(output.log.contains(missing), "{}", output.log);
    }
}

#[tokio::test]
async fn reports_a_port_in_use_in_one_line() {
    let other = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let taken = other.local_addr().expect("listener has an address").to_string();
    assert_failure(&["serve", "--listen", &taken], &["error: ", &taken, "in use", "--listen"]).await;
}

#[tokio::test]
async fn reports_a_redis_that_cannot_be_reached_in_one_line() {
    let unused = UnusedAddress::reserve();
    let address = unused.url.trim_start_matches("ws://").trim_end_matches("/ws");
    for url in [
        "redis://ada:PASSWORD@ADDRESS/0",
        "redis+sentinel://:PASSWORD@ADDRESS/main",
        "redis+cluster://:PASSWORD@ADDRESS",
    ] {
        let url = url.replace("ADDRESS", address);
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--redis", &url];
        let log = assert_failure(&arguments, &["error: cannot use Redis: ", address, "Connection refused"]).await;
        assert!(!log.contains("PASSWORD"), "{log}");
    }
}

#[tokio::test]
async fn requires_auth_or_open_for_a_public_address() {
    assert_failure(&["serve", "--listen", "0.0.0.0:0"], &["error: ", "0.0.0.0:0", "--auth jwt", "--open"]).await;
}

#[tokio::test]
async fn requires_auth_jwt_and_a_key_together() {
    assert_failure(&["serve", "--auth", "jwt"], &["error: ", "--jwt-secret-file", "--jwt-public-key"]).await;
    assert_failure(&["serve", "--jwt-secret-file", "secret"], &["error: ", "--jwt-secret-file", "--auth jwt"]).await;
}

#[tokio::test]
async fn rejects_contradicting_flags_of_a_folder() {
    assert_failure(&["serve", "--data", "d", "--redis", "redis://host"], &["error: ", "--data", "--redis"]).await;
    assert_failure(&["serve", "--data-max", "1GiB"], &["error: ", "--data-max", "without --data"]).await;
    assert_failure(&["serve", "--durability", "relaxed"], &["error: ", "--durability", "without --data"]).await;
    assert_failure(&["serve", "--data", "/dev/null"], &["error: ", "--data", "/dev/null"]).await;
}

#[tokio::test]
async fn reports_a_missing_certificate_in_one_line() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key"];
    assert_failure(&arguments, &["error: ", "--tls-cert", "nowhere.pem"]).await;
}

#[tokio::test]
async fn describes_unusable_certificates_in_words() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("temporary folder"));
    let [one, other] = folders.each_ref().map(|folder| CertificateFiles::write(folder.path()));
    for (chain, key, problem) in [
        (&one.chain, &other.key, "the key does not belong to the certificate"),
        (&one.chain, &one.chain, "the file contains no private key"),
        (&one.key, &one.key, "the file contains no certificate"),
    ] {
        let [chain, key] = [chain, key].map(|file| file.to_str().expect("path is UTF-8"));
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", chain, "--tls-key", key];
        assert_failure(&arguments, &["error: --tls-", problem]).await;
    }
}

#[tokio::test]
async fn reports_an_invalid_environment_variable() {
    let mut command = command(&["serve"]);
    let output = with_timeout("the process's exit", command.env("YODEL_PING", "soon").output())
        .await
        .expect("binary can be run");
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{log}");
    assert!(log.contains("'YODEL_PING'") && log.contains("soon") && log.contains("25s"), "{log}");
    assert!(!log.contains("'--ping"), "the flag was not given: {log}");
}

#[tokio::test]
async fn warns_about_flags_without_effect() {
    let flags = ["--metrics=api", "--rate-burst=5", "--auth-timeout=3s"];
    let yodel = Yodel::serve(&flags).await;
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    for flag in ["--metrics api", "--rate-burst", "--auth-timeout"] {
        assert!(log.lines().any(|line| line.contains("WARN") && line.contains(flag)), "{flag} is not in: {log}");
    }
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../backend/src/auth/testdata/secret");
    let exempt =
        ["--auth=jwt", "--jwt-secret-file", secret, "--ws-path=/chat", "--auth-exempt=/chat,/nosuch", "--open"];
    let yodel = Yodel::serve(&exempt).await;
    yodel.signal("TERM").await;
    let log = yodel.wait_for_exit().await.log;
    assert!(log.contains("--auth-exempt /nosuch") && log.contains("--open"), "{log}");
    assert!(!log.contains("--auth-exempt /chat"), "{log}");
}
