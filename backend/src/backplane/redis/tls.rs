//! TLS to servers.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::backplane::shared::store::StoreError;

/// Creates a connector that verifies certificates with the authorities in a PEM file, or with those of the system.
///
/// # Errors
/// Returns an error if the file cannot be read, or if there are no authorities.
pub(super) fn connector(ca: Option<&Path>) -> Result<TlsConnector, StoreError> {
    let roots = match ca {
        Some(file) => file_roots(file)?,
        None => system_roots(),
    };
    if roots.is_empty() {
        let source = ca.map_or("the system".into(), |file| file.display().to_string());
        return Err(StoreError(format!("found no certificate authorities for Redis in {source}")));
    }
    // The provider is named: a default for the process may be absent or ambiguous.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError(format!("cannot set up TLS for Redis: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config).into())
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn file_roots(file: &Path) -> Result<RootCertStore, StoreError> {
    let failed = |error: &dyn std::fmt::Display| {
        StoreError(format!("cannot use certificate authorities of {}: {error}", file.display()))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))? {
        roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
    }
    Ok(roots)
}
