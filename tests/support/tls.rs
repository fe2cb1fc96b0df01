//! Certificates made here, and a TLS client that trusts one of them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::soon;

/// The files of a certificate for `localhost`.
#[derive(Debug)]
pub struct Pair {
    /// The certificate.
    pub chain: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Pair {
    /// Makes a new certificate and writes it and its key into the folder, over an older pair.
    pub fn write(folder: &Path) -> Self {
        let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let files = Self { chain: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.chain, pair.cert.pem()).expect("a file");
        std::fs::write(&files.key, pair.signing_key.serialize_pem()).expect("a file");
        files
    }

    /// The flags that name them.
    pub fn flags(&self) -> [&str; 4] {
        let [chain, key] = [&self.chain, &self.key].map(|file| file.to_str().expect("a name in UTF-8"));
        ["--tls-cert", chain, "--tls-key", key]
    }
}

/// Connects and trusts nobody but the holder of this certificate.
pub async fn connect(address: SocketAddr, trusted: &Path) -> std::io::Result<TlsStream<TcpStream>> {
    connect_speaking(&[], address, trusted).await
}

/// The same, by one who speaks these protocols (RFC 7301).
pub async fn connect_speaking(
    protocols: &[&[u8]],
    address: SocketAddr,
    trusted: &Path,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).expect("a certificate")).expect("it can be trusted");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = config.expect("TLS").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let stream = soon("a connection", TcpStream::connect(address)).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    soon("a TLS handshake", TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}
