//! Configuration of TLS: which certificates a client accepts.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
use tokio_rustls::rustls::crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::system_certificates::system_certificates;
use super::tls_error::is_ca_certificate;
use super::{DialError, TlsFlags};

/// Returns a TLS client that verifies certificates with the system's roots or with those of --cacert, or accepts every
/// certificate with --insecure.
///
/// # Errors
/// Returns an error if there are no usable root certificates.
pub fn connector(flags: &TlsFlags) -> Result<TlsConnector, DialError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3");
    let algorithms = provider.signature_verification_algorithms;
    let trusted = match &flags.cacert {
        _ if flags.insecure => None,
        Some(file) => Some(TrustedCertificates::from_file(file, provider)?),
        None => Some(TrustedCertificates::from_system(provider)?),
    };
    let verifier = CertificateVerifier { trusted, algorithms };
    let mut config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Verifies a server's certificate, and that the server has its private key.
#[derive(Debug)]
struct CertificateVerifier {
    /// `None` accepts every certificate.
    trusted: Option<TrustedCertificates>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for CertificateVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(TrustedCertificates { verifier, trusted }) = &self.trusted else {
            return Ok(ServerCertVerified::assertion());
        };
        match verifier.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The time is checked before this error, the name after it.
            Err(error) if is_ca_certificate(&error) && trusted.contains(certificate) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Certificates that are accepted if a trusted one has signed them, or if they are trusted themselves.
///
/// A certificate that signs itself is often marked as a CA's (`openssl req -x509`). The verifier of rustls rejects it
/// as the certificate of a server, even if it is trusted.
#[derive(Debug)]
struct TrustedCertificates {
    verifier: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
}

impl TrustedCertificates {
    /// Trusts the system's root certificates, which may include a company's own CA, or those in `SSL_CERT_FILE`.
    fn from_system(provider: Arc<CryptoProvider>) -> Result<Self, DialError> {
        Self::new(system_certificates(), provider).ok_or(DialError::NoRootCertificates)
    }

    fn from_file(file: &Path, provider: Arc<CryptoProvider>) -> Result<Self, DialError> {
        let invalid = |problem: String| DialError::CertificateFile { file: file.to_owned(), problem };
        let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
        let trusted: Vec<_> = certificates.map_err(|error| match error {
            pem::Error::Io(error) => invalid(error.to_string()),
            error => invalid(format!("the file is not PEM: {error}")),
        })?;
        let unusable = || invalid("the file contains no usable certificate (-----BEGIN CERTIFICATE-----)".to_owned());
        Self::new(trusted, provider).ok_or_else(unusable)
    }

    /// Returns `None` without a usable certificate.
    fn new(trusted: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Option<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(trusted.iter().cloned());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()?;
        Some(Self { verifier, trusted })
    }
}
