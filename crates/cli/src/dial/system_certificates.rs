//! The root certificates of the system, or those that the environment names instead.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use rustls_native_certs::{load_certs_from_paths, load_native_certs};
use tokio_rustls::rustls::pki_types::CertificateDer;

/// A file and folders of certificates.
type CertificatePaths = (Option<PathBuf>, Vec<PathBuf>);

/// Returns the certificates of `SSL_CERT_FILE` and `SSL_CERT_DIR`, or the system's if neither is set. An empty variable
/// counts as unset.
pub fn system_certificates() -> Vec<CertificateDer<'static>> {
    let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(env::var_os);
    // `load_native_certs` would read a file without a name.
    if !variables.iter().flatten().any(|value| value.is_empty()) {
        return load_native_certs().certs;
    }
    let [file, folders] = variables;
    let (file, folders) = named_paths(file, folders.as_deref()).unwrap_or_else(|| {
        let found = openssl_probe::probe();
        (found.cert_file, found.cert_dir)
    });
    let mut certificates = load_certs_from_paths(file.as_deref(), None).certs;
    for folder in folders {
        certificates.extend(load_certs_from_paths(None, Some(&folder)).certs);
    }
    certificates
}

/// Returns the file and the folders in the values of the two variables, or `None` if they name none.
fn named_paths(file: Option<OsString>, folders: Option<&OsStr>) -> Option<CertificatePaths> {
    let file = file.filter(|file| !file.is_empty()).map(PathBuf::from);
    let folders: Vec<PathBuf> = folders.into_iter().flat_map(env::split_paths).filter(|path| path != "").collect();
    (file.is_some() || !folders.is_empty()).then_some((file, folders))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let paths = |file: &str, folders: &str| {
            let (file, folders) = named_paths(Some(file.into()), Some(folders.as_ref()))?;
            let file = file.map(|file| file.display().to_string());
            Some((file, folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(" ")))
        };
        assert_eq!(paths("", "/a:/b"), Some((None, "/a /b".to_owned())), "the system's certificates are not trusted");
        assert_eq!(paths("/a.pem", ""), Some((Some("/a.pem".to_owned()), String::new())));
        assert_eq!(paths("/a.pem", ":/b:"), Some((Some("/a.pem".to_owned()), "/b".to_owned())));
        assert_eq!((paths("", ""), named_paths(None, None)), (None, None));
    }
}
