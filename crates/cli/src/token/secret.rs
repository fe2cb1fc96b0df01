//! `yodel token secret`: creates a random secret.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::TokenError;

/// Permissions of a secret file: only its owner may read and write it.
const OWNER_ONLY: u32 = 0o600;

/// Returns 32 random bytes in base64url, for `--jwt-secret-file` or as a line of `--api-key-file`.
///
/// # Errors
/// Returns an error if the system provides no random numbers.
pub fn secret() -> Result<String, TokenError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(TokenError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// Writes a secret and a line break into a new file that only its owner can read.
///
/// # Errors
/// Returns an error if the file exists already, since its secret may be in use, or cannot be written.
pub fn write(secret: &str, file: &Path) -> Result<(), TokenError> {
    let write = || -> io::Result<()> {
        // The mode applies before the first byte is written.
        let mut opened = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(file)?;
        writeln!(opened, "{secret}")
    };
    write().map_err(|problem| TokenError::SecretFile { file: file.to_owned(), problem })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use yodel_server::auth::Signer;

    #[test]
    fn creates_a_long_secret_that_differs_each_time() {
        let one = secret().expect("the system has random numbers");
        assert!(Signer::from_secret(one.as_bytes()).is_ok());
        assert_eq!(one.len(), 43);
        assert_ne!(Some(one), secret().ok());
    }

    #[test]
    fn writes_a_new_file_that_only_its_owner_can_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("jwt.secret");
        write("abc", &file).expect("the folder is writable");
        assert_eq!(std::fs::read_to_string(&file).expect("the file exists"), "abc\n");
        assert_eq!(file.metadata().expect("the file exists").permissions().mode() & 0o777, OWNER_ONLY);
        let error = write("def", &file).expect_err("the file is not replaced").to_string();
        assert!(error.starts_with("--output ") && error.contains("jwt.secret: "), "{error}");
        assert_eq!(std::fs::read_to_string(&file).expect("the file exists"), "abc\n");
    }
}
