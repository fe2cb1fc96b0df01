//! What HS256 is signed and checked with.

/// As long as what HMAC makes of it (RFC 7518, section 3.2): a shorter one can be guessed.
const SHORTEST: usize = 32;

/// The secret in a file, from what is in it. The newline at its end is the editor's.
///
/// # Errors
/// When it is too short, or no secret at all.
pub fn within(content: &[u8]) -> Result<&[u8], String> {
    let secret = content.strip_suffix(b"\n").unwrap_or(content);
    let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
    if secret.starts_with(b"-----BEGIN ") {
        // Everybody may know a public key: with one for a secret, everybody could make tokens.
        return Err("this is a key in PEM and no secret: name it with --jwt-public-key or --jwt-private-key".to_owned());
    }
    if secret.len() < SHORTEST {
        let length = secret.len();
        return Err(format!("{length} bytes are too few, it takes {SHORTEST}: make one with `yodel token secret`"));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newline_at_the_end_is_not_part_of_the_secret() {
        let secret = "0123456789abcdef0123456789abcdef";
        let same = |content: &str| within(content.as_bytes()) == Ok(secret.as_bytes());
        assert!(same(secret) && same(&format!("{secret}\n")) && same(&format!("{secret}\r\n")));
        assert!(!same(&format!("{secret}\n\n")) && !same(&format!("{secret} ")) && !same(&format!("\n{secret}")));
    }

    #[test]
    fn a_secret_has_32_bytes_without_the_newline() {
        assert!(within(&[b'x'; 32]).is_ok());
        for short in ["", "\n", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcde\n"] {
            let refused = within(short.as_bytes()).unwrap_err();
            assert!(refused.contains("32") && refused.contains("yodel token secret"), "{refused}");
            assert!(!refused.contains("cdef"), "{refused}");
        }
    }

    #[test]
    fn a_public_key_is_no_secret() {
        let refused = within(include_bytes!("testdata/rsa.public.pem")).unwrap_err();
        assert!(refused.contains("--jwt-public-key"), "{refused}");
    }
}
