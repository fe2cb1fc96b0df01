//! Secrets for HS256.

/// Minimum length in bytes: that of the hash (RFC 7518, section 3.2). Shorter secrets could be guessed.
const MIN_LENGTH: usize = 32;

/// Returns the secret in the content of a file, without the line break that editors add at the end.
///
/// # Errors
/// Returns an error if the secret is too short, or the content is a PEM key.
pub fn from_file_content(content: &[u8]) -> Result<&[u8], String> {
    let secret = content.strip_suffix(b"\n").unwrap_or(content);
    let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
    if secret.starts_with(b"-----BEGIN ") {
        // A public key is not secret: with one as the secret, anyone could sign tokens.
        return Err(
            "the file contains a PEM key, which is not a secret: configure it as the public key or the private key"
                .to_owned(),
        );
    }
    if secret.len() < MIN_LENGTH {
        let length = secret.len();
        return Err(format!(
            "the secret has {length} bytes and needs at least {MIN_LENGTH}: make one with `yodel token secret`"
        ));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_one_trailing_line_break() {
        let secret = "0123456789abcdef0123456789abcdef";
        let same = |content: &str| from_file_content(content.as_bytes()) == Ok(secret.as_bytes());
        assert!(same(secret) && same(&format!("{secret}\n")) && same(&format!("{secret}\r\n")));
        assert!(!same(&format!("{secret}\n\n")) && !same(&format!("{secret} ")) && !same(&format!("\n{secret}")));
    }

    #[test]
    fn rejects_secrets_shorter_than_32_bytes() {
        assert!(from_file_content(&[b'x'; 32]).is_ok());
        for short in ["", "\n", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcde\n"] {
            let error = from_file_content(short.as_bytes()).unwrap_err();
            assert!(error.contains("32") && error.contains("yodel token secret"), "{error}");
            assert!(!error.contains("cdef"), "{error}");
        }
    }

    #[test]
    fn rejects_a_public_key() {
        let error = from_file_content(include_bytes!("testdata/rsa.public.pem")).unwrap_err();
        assert!(error.contains("PEM key"), "{error}");
    }
}
