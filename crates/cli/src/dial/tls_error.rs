//! Descriptions of failed TLS handshakes.

use std::io;

use tokio_rustls::rustls::{CertificateError, Error, InvalidMessage};

/// Describes a failed TLS handshake, with the next step.
pub fn describe(error: &io::Error) -> String {
    match rustls_error(error) {
        Some(Error::InvalidCertificate(error)) => {
            format!("{}; trust it with --cacert FILE, or skip verification with --insecure", certificate(error))
        }
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            "the server does not use TLS on this port: connect with ws:// or http://".to_owned()
        }
        Some(error) => error.to_string(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection; if it does not use TLS on this port, connect with ws:// or http://"
                .to_owned()
        }
        None => error.to_string(),
    }
}

/// Returns whether a certificate was rejected because it is a CA's. Certificates that sign themselves often are.
pub fn is_ca_certificate(error: &Error) -> bool {
    // The variant of the inner error is not part of the API of rustls.
    matches!(error, Error::InvalidCertificate(CertificateError::Other(cause)) if cause.to_string() == "CaUsedAsEndEntity")
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => "the certificate's issuer is not trusted".to_owned(),
        CertificateError::Other(_) if is_ca_certificate(&Error::InvalidCertificate(error.clone())) => {
            "the server uses the certificate of a CA or a self-signed one, which is not trusted".to_owned()
        }
        error => {
            let text = error.to_string();
            // Variants without a description are displayed by name.
            if text.contains(' ') { text } else { format!("invalid certificate: {text}") }
        }
    }
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_rustls::rustls::OtherError;

    use super::*;

    /// An error that is displayed by name, as those of the verifier.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Named(&'static str);

    fn text(error: Error) -> String {
        describe(&io::Error::new(io::ErrorKind::InvalidData, error))
    }

    #[test]
    fn describes_errors_with_the_next_step() {
        let ca = CertificateError::Other(OtherError(Arc::new(Named("CaUsedAsEndEntity"))));
        for (error, words) in [
            (Error::InvalidCertificate(ca), ["self-signed", "--cacert FILE"]),
            (Error::InvalidCertificate(CertificateError::UnknownIssuer), ["not trusted", "--insecure"]),
            (Error::InvalidCertificate(CertificateError::Expired), ["xpired", "--cacert FILE"]),
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), ["does not use TLS", "ws://"]),
        ] {
            let text = text(error);
            assert!(words.iter().all(|word| text.contains(word)) && !text.contains("EndEntity"), "{text}");
        }
        let closed = describe(&io::ErrorKind::UnexpectedEof.into());
        assert!(closed.contains("closed the connection") && closed.contains("ws://"), "{closed}");
    }
}
