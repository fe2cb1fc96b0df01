//! Descriptions of failed TLS handshakes.

use std::io;

use tokio_rustls::rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// Describes a failed TLS handshake, with the next step.
pub fn describe(error: &io::Error) -> String {
    match rustls_error(error) {
        Some(Error::InvalidCertificate(error)) => describe_certificate(error),
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

/// Returns `true` if a certificate was rejected because it is a CA's. Certificates that sign themselves often are.
pub fn is_ca_certificate(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(error) if is_ca_used_as_server(error))
}

/// Returns `true` if every further handshake would fail: the certificate is rejected, or there is no common version or
/// cipher suite. Bytes that are not TLS are not a permanent failure, because the server may be in the middle of a
/// replacement.
pub fn is_permanent(error: &io::Error) -> bool {
    use AlertDescription::{CertificateRequired, HandshakeFailure, InsufficientSecurity, ProtocolVersion};
    match rustls_error(error) {
        Some(Error::InvalidCertificate(_) | Error::PeerIncompatible(_) | Error::NoApplicationProtocol) => true,
        Some(Error::AlertReceived(alert)) => {
            matches!(alert, CertificateRequired | HandshakeFailure | InsufficientSecurity | ProtocolVersion)
        }
        _ => false,
    }
}

/// Returns `true` if bytes start with a record that contains an alert or a handshake (RFC 8446, section 5.1).
pub fn is_tls_record(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 3, ..])
}

/// Describes why a certificate is rejected. Suggests `--cacert` only if the certificate is otherwise valid.
fn describe_certificate(error: &CertificateError) -> String {
    let trust = "trust it with --cacert FILE, or skip verification with --insecure";
    match error {
        CertificateError::UnknownIssuer => format!("the certificate's issuer is not trusted; {trust}"),
        error if is_ca_used_as_server(error) => {
            format!("the server uses the certificate of a CA or a self-signed one, which is not trusted; {trust}")
        }
        error => {
            let text = error.to_string();
            // Variants without a description are displayed by name.
            let text = if text.contains(' ') { text } else { format!("invalid certificate: {text}") };
            format!("{text}; skip verification with --insecure")
        }
    }
}

fn is_ca_used_as_server(error: &CertificateError) -> bool {
    // The variant of the inner error is not part of the API of rustls.
    matches!(error, CertificateError::Other(cause) if cause.to_string() == "CaUsedAsEndEntity")
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
            (Error::InvalidCertificate(CertificateError::Expired), ["xpired", "; skip verification with --insecure"]),
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), ["does not use TLS", "ws://"]),
        ] {
            let text = text(error);
            assert!(words.iter().all(|word| text.contains(word)) && !text.contains("EndEntity"), "{text}");
        }
        let expired = text(Error::InvalidCertificate(CertificateError::Expired));
        assert!(!expired.contains("--cacert"), "a trusted certificate that has expired is rejected too: {expired}");
        let closed = describe(&io::ErrorKind::UnexpectedEof.into());
        assert!(closed.contains("closed the connection") && closed.contains("ws://"), "{closed}");
    }
}
