//! TLS of `yodel connect` and `yodel publish`: trusted certificates, and URLs with the wrong scheme.

use support::Yodel;
use support::tls::CertificateFiles;
use support::yodel::command;

use crate::connect_ends::run;
use crate::connect_process::{assert_failure, at, connect, output, stderr, stdout_on_success};
use crate::numbered_server::NumberedServer;

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
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws", yodel.address().port());
    let mut empty = connect(&url, &[]);
    empty.env("SSL_CERT_FILE", "").env("SSL_CERT_DIR", "");
    assert_eq!(stderr(&output(empty).await), stderr(&run(&url, &[]).await));

    // OpenSSL names the files of such a folder by a hash and a number.
    let (certificates, other) = (folder.path().join("certificates"), folder.path().join("other"));
    for new in [&certificates, &other] {
        std::fs::create_dir(new).expect("folder is writable");
    }
    std::fs::copy(&pair.chain, certificates.join("01234567.0")).expect("file can be copied");
    let folders = format!("{}:{}", other.display(), certificates.display());
    let file = pair.chain.to_str().expect("path is UTF-8");
    for (file, folders) in [("", folders.as_str()), (file, "")] {
        let mut trusting = connect(&url, &[]);
        trusting.env("SSL_CERT_FILE", file).env("SSL_CERT_DIR", folders);
        stdout_on_success(&output(trusting).await);
    }
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
    let other = NumberedServer::responding("220 mail.example ESMTP\r\n".to_owned()).await;
    let publish = command(&["publish", "--url", &other.url.replace("ws://", "http://"), "--room=a", "--text=b"]);
    let failed = output(publish).await;
    assert_failure(&failed, &["no response"]);
    assert!(!stderr(&failed).contains("TLS"), "{}", stderr(&failed));
}

#[tokio::test]
async fn wss_verifies_certificates_unless_insecure() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pair = CertificateFiles::write(folder.path());
    let yodel = Yodel::serve(&pair.flags()).await;
    let url = format!("wss://localhost:{}/ws/echo", yodel.address().port());
    assert_eq!(stdout_on_success(&output(connect(&url, &["--send=hi", "--insecure"])).await), "hi\n");
    let mut trusting = connect(&url, &["--send=hi"]);
    trusting.env("SSL_CERT_FILE", &pair.chain);
    assert_eq!(stdout_on_success(&output(trusting).await), "hi\n");
    let other = tempfile::tempdir().expect("temporary folder");
    let mut distrusting = connect(&url, &["--send=hi"]);
    distrusting.env("SSL_CERT_FILE", CertificateFiles::write(other.path()).chain);
    assert_failure(&output(distrusting).await, &["TLS handshake with localhost", "certificate", "--insecure"]);
}
