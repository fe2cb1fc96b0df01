//! TLS.

use rcgen::{CertificateParams, KeyPair};

use super::support::{RedisProcess, TestStore, config, room};
use crate::backplane::redis::RedisStore;
use crate::backplane::shared::store::{Event, Store};

#[tokio::test]
async fn connections_use_tls_and_verify_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(path("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();
    let server = RedisProcess::start_with(&[
        "--port",
        "0",
        "--tls-port",
        RedisProcess::PORT,
        "--tls-cert-file",
        &path("cert.pem"),
        "--tls-key-file",
        &path("key.pem"),
        "--tls-ca-cert-file",
        &path("cert.pem"),
        "--tls-auth-clients",
        "no",
    ]);
    let url = format!("rediss://localhost:{}", server.port());
    let mut store = TestStore::connect(config(&format!("{url}?ca={}", path("cert.pem")))).await;
    store.subscribe(&room("a")).await.unwrap();
    store.publish_numbers(&room("a"), 1).await;
    assert!(matches!(store.event().await, Event::Message { .. }));

    for wrong in [url, format!("rediss://127.0.0.1:{}?ca={}", server.port(), path("cert.pem"))] {
        let error = RedisStore::connect(config(&wrong)).await.err().unwrap();
        assert!(error.0.contains("certificate") || error.0.contains("authorities"), "{error}");
    }
    for (file, text) in [("missing.pem", "cannot use certificate authorities"), ("key.pem", "found no certificate")] {
        let error = RedisStore::connect(config(&format!("rediss://localhost?ca={}", path(file)))).await.err().unwrap();
        assert!(error.0.contains(text), "{error}");
    }
}
