//! API keys: how programs without a token authenticate to the HTTP API.

use std::fmt;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::file::{CredentialFile, CredentialFileError};

/// Minimum length of a key, in bytes: shorter keys could be guessed.
const MIN_LENGTH: usize = 32;

/// API keys of a file, stored as SHA-256 hashes, so that all have the same length.
#[derive(Clone)]
pub struct ApiKeys(Vec<[u8; 32]>);

impl ApiKeys {
    /// Reads a file with one key per line. Empty lines and lines that start with `#` are skipped.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, contains no key, or contains an invalid key.
    pub fn read(file: &Path) -> Result<Self, CredentialFileError> {
        CredentialFile::new("api_key_file", file).read(Self::parse)
    }

    fn parse(content: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(content).map_err(|_| "the file is not UTF-8 text".to_owned())?;
        let lines =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<_> = lines.map(|(number, key)| hash_key(number + 1, key)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err("the file contains no keys: add one per line, each made with `yodel token secret`".to_owned());
        }
        Ok(Self(keys))
    }

    /// Returns whether `key` is one of the keys. Constant-time: the duration does not depend on whether or
    /// where it matches.
    pub fn contains(&self, key: &str) -> bool {
        let hash = Sha256::digest(key);
        let matches = self.0.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(&hash));
        matches.into()
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({})", self.0.len())
    }
}

/// Returns the hash of the key in a line.
///
/// # Errors
/// Returns an error if the key could not be sent in a header, or is too short. The message does not contain
/// the key.
fn hash_key(line: usize, key: &str) -> Result<[u8; 32], String> {
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("line {line}: a key consists of printable ASCII characters without spaces"));
    }
    if key.len() < MIN_LENGTH {
        let length = key.len();
        return Err(format!(
            "line {line}: the key has {length} bytes and needs at least {MIN_LENGTH}: make one with `yodel token secret`"
        ));
    }
    Ok(Sha256::digest(key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210-longer";

    fn keys(content: &str) -> Result<ApiKeys, String> {
        ApiKeys::parse(content.as_bytes())
    }

    #[test]
    fn reads_one_key_per_line_and_skips_comments() {
        let keys = keys(&format!("# keys\n\n  {ONE}\r\n#{ONE}1\n{OTHER}")).unwrap();
        assert!(keys.contains(ONE) && keys.contains(OTHER));
        for wrong in
            ["", "# keys", &ONE[..31], &format!("{ONE}1"), &format!("#{ONE}1"), &format!(" {ONE}"), &OTHER[..32]]
        {
            assert!(!keys.contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn rejects_invalid_keys_with_their_line_and_without_their_content() {
        for (content, words) in [
            (format!("{ONE}\n\n# short\n{}", &OTHER[..31]), "line 4: the key has 31 bytes"),
            (format!("{ONE} {OTHER}"), "line 1: a key consists"),
            (format!("{ONE}é"), "line 1: a key consists"),
            ("# nothing\n".to_owned(), "contains no keys"),
            (String::new(), "contains no keys"),
        ] {
            let error = keys(&content).unwrap_err();
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("abcdef") && !error.contains("fedcba"), "{error}");
        }
        assert_eq!(ApiKeys::parse(&[0xff; 40]).unwrap_err(), "the file is not UTF-8 text");
    }

    #[test]
    fn debug_output_contains_no_keys() {
        assert_eq!(format!("{:?}", keys(ONE).unwrap()), "ApiKeys(1)");
    }

    #[test]
    fn the_error_names_the_missing_file() {
        let missing = ApiKeys::read(Path::new("/nowhere/keys")).unwrap_err().to_string();
        assert!(missing.starts_with("`api_key_file` /nowhere/keys: "), "{missing}");
    }
}
