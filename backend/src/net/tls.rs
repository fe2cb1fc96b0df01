//! TLS certificate, which can be reloaded while the server runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

/// Certificate chain with its private key; a handle that is cheap to clone.
///
/// ```no_run
/// use yodel_server::Server;
///
/// let server = Server::builder().tls_cert(Some("cert.pem".into())).tls_key(Some("key.pem".into())).build()?;
/// let certificate = server.certificate().expect("TLS is on").clone();
/// // Later, while the server runs and the files have been renewed:
/// certificate.reload()?;
/// # Ok::<(), yodel_server::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
}

#[derive(Debug)]
struct Current {
    pair: RwLock<Arc<CertifiedKey>>,
    /// Held during a reload.
    reloading: Mutex<()>,
}

/// Error of a certificate or key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or does not contain the expected PEM.
    #[error("`{setting}` {}: {problem}", .file.display())]
    File {
        /// Name of the setting.
        setting: &'static str,
        /// Path of the file.
        file: PathBuf,
        /// Description of the problem.
        problem: String,
    },
    /// The key does not match the certificate.
    #[error("`tls_cert` {} and `tls_key` {} cannot be used together: {problem}", .chain.display(), .key.display())]
    Pair {
        /// File of the certificate chain.
        chain: PathBuf,
        /// File of the private key.
        key: PathBuf,
        /// Error of the TLS library.
        problem: rustls::Error,
    },
}

impl Certificate {
    /// Reads both files (PEM) and checks that the key matches the certificate.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read or is not PEM, or the key does not match.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let pair = RwLock::new(read_pair(chain, key)?);
        let current = Arc::new(Current { pair, reloading: Mutex::default() });
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), current })
    }

    /// Reads both files again. New connections use the new certificate; open ones are not affected.
    ///
    /// # Errors
    /// The same as for [`read`](Self::read). The previous certificate then stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        // One at a time: a slow read of old files must not end after a later reload.
        let _reloading = self.current.reloading.lock();
        let pair = read_pair(&self.chain, &self.key)?;
        *self.current.pair.write() = pair;
        Ok(())
    }

    /// Returns whether the current certificate is for this name.
    pub(crate) fn is_valid_for(&self, name: &str) -> bool {
        let Ok(name) = ServerName::try_from(name) else { return false };
        let current = Arc::clone(&self.current.pair.read());
        let parsed = current.end_entity_cert().and_then(ParsedCertificate::try_from);
        parsed.is_ok_and(|certificate| verify_server_name(&certificate, &name).is_ok())
    }

    /// Returns the acceptor that performs TLS handshakes with the current certificate.
    pub(crate) fn acceptor(self) -> TlsAcceptor {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring supports TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(self.current);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.pair.read()))
    }
}

fn key_problem(error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "the file contains no private key (PEM)".to_owned(),
        error => error.to_string(),
    }
}

fn read_pair(chain: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
    let file_error = |setting, file: &Path, problem: String| TlsError::File { setting, file: file.to_owned(), problem };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|error| file_error("tls_cert", chain, error.to_string()))?;
    if certificates.is_empty() {
        return Err(file_error("tls_cert", chain, "the file contains no certificate".to_owned()));
    }
    let private_key =
        PrivateKeyDer::from_pem_file(key).map_err(|error| file_error("tls_key", key, key_problem(&error)))?;
    CertifiedKey::from_der(certificates, private_key, &ring::default_provider())
        .map(Arc::new)
        .map_err(|problem| TlsError::Pair { chain: chain.to_owned(), key: key.to_owned(), problem })
}
