//! Self-signed certificates and a TLS client that trusts one of them.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::with_timeout;

/// Files of a certificate for `localhost` and its key.
#[derive(Debug)]
pub struct CertificateFiles {
    /// PEM file of the certificate.
    pub chain: PathBuf,
    /// PEM file of the private key.
    pub key: PathBuf,
}

impl CertificateFiles {
    /// Creates a certificate and writes `cert.pem` and `key.pem` into the folder; existing files are replaced.
    pub fn write(folder: &Path) -> Self {
        Self::write_for(folder, &["localhost"])
    }

    /// Creates a certificate for these names and writes it as [`write`](Self::write) does.
    pub fn write_for(folder: &Path, names: &[&str]) -> Self {
        Self::write_with(folder, names, rcgen::IsCa::NoCa)
    }

    /// Creates a certificate that is marked as a CA's, as `openssl req -x509` does, and writes the files.
    pub fn write_ca(folder: &Path) -> Self {
        Self::write_with(folder, &["localhost"], rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained))
    }

    fn write_with(folder: &Path, names: &[&str], is_ca: rcgen::IsCa) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = rcgen::CertificateParams::new(names).expect("a valid name");
        params.is_ca = is_ca;
        let signing_key = rcgen::KeyPair::generate().expect("a key");
        let cert = params.self_signed(&signing_key).expect("a valid certificate");
        let files = Self { chain: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.chain, cert.pem()).expect("file is writable");
        std::fs::write(&files.key, signing_key.serialize_pem()).expect("file is writable");
        // The server warns about a key that others may read. Some tests use the certificate as a key.
        for file in [&files.chain, &files.key] {
            std::fs::set_permissions(file, Permissions::from_mode(0o600)).expect("the file is ours");
        }
        files
    }

    /// Returns the flags of `yodel serve` that select these files.
    pub fn flags(&self) -> [&str; 4] {
        let [chain, key] = [&self.chain, &self.key].map(|file| file.to_str().expect("path is UTF-8"));
        ["--tls-cert", chain, "--tls-key", key]
    }
}

/// Connects and trusts only the certificate in this file.
pub async fn connect(address: SocketAddr, trusted: &Path) -> std::io::Result<TlsStream<TcpStream>> {
    connect_with_alpn(&[], address, trusted).await
}

/// Connects and offers these ALPN protocols (RFC 7301).
pub async fn connect_with_alpn(
    protocols: &[&[u8]],
    address: SocketAddr,
    trusted: &Path,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = with_timeout("a connection", TcpStream::connect(address)).await?;
    handshake(protocols, stream, trusted).await
}

/// Performs the TLS handshake on an open connection.
pub async fn handshake(
    protocols: &[&[u8]],
    stream: TcpStream,
    trusted: &Path,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(trusted).expect("a valid certificate"))
        .expect("certificate can be a trust anchor");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config =
        config.expect("provider supports the default versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("valid server name");
    with_timeout("a TLS handshake", TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}
