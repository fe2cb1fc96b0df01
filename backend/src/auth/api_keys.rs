//! Keys for the HTTP interface: for programs that have no token.

use std::fmt;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::file::{AuthError, Named};

/// A shorter one can be guessed.
const SHORTEST: usize = 32;

/// The keys of `--api-key-file`. Their hashes are kept, which all have one length.
#[derive(Clone)]
pub struct ApiKeys(Vec<[u8; 32]>);

impl ApiKeys {
    /// Reads a file with one key per line; empty lines and those that begin with `#` are skipped.
    ///
    /// # Errors
    /// When the file cannot be read, or one of its keys is none.
    pub fn read(file: &Path) -> Result<Self, AuthError> {
        Named::new("--api-key-file", file).read(Self::parse)
    }

    fn parse(content: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(content).map_err(|_| "it is no text".to_owned())?;
        let lines =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<_> = lines.map(|(number, key)| checked(number + 1, key)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err("there is no key in it: it takes one per line, such as `yodel token secret` makes".to_owned());
        }
        Ok(Self(keys))
    }

    /// Whether it is one of the keys. That takes equally long whether and where it is among them, and
    /// how much of it is right.
    pub fn contains(&self, key: &str) -> bool {
        let hash = Sha256::digest(key);
        let same = self.0.iter().fold(Choice::from(0), |found, known| found | known.ct_eq(&hash));
        same.into()
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({})", self.0.len())
    }
}

/// The hash of a key that can stand in a header and cannot be guessed.
fn checked(line: usize, key: &str) -> Result<[u8; 32], String> {
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("line {line}: a key is letters, digits and signs of ASCII, without spaces"));
    }
    if key.len() < SHORTEST {
        let length = key.len();
        return Err(format!(
            "line {line}: {length} bytes are too few, it takes {SHORTEST}: make one with `yodel token secret`"
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
    fn a_key_is_a_line_and_comments_are_none() {
        let keys = keys(&format!("# keys\n\n  {ONE}\r\n#{ONE}1\n{OTHER}")).unwrap();
        assert!(keys.contains(ONE) && keys.contains(OTHER));
        for wrong in
            ["", "# keys", &ONE[..31], &format!("{ONE}1"), &format!("#{ONE}1"), &format!(" {ONE}"), &OTHER[..32]]
        {
            assert!(!keys.contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_line_and_not_shown() {
        for (content, words) in [
            (format!("{ONE}\n\n# short\n{}", &OTHER[..31]), "line 4: 31 bytes are too few"),
            (format!("{ONE} {OTHER}"), "line 1: a key is"),
            (format!("{ONE}é"), "line 1: a key is"),
            ("# nothing\n".to_owned(), "there is no key in it"),
            (String::new(), "there is no key in it"),
        ] {
            let refused = keys(&content).unwrap_err();
            assert!(refused.contains(words), "{refused}");
            assert!(!refused.contains("abcdef") && !refused.contains("fedcba"), "{refused}");
        }
        assert_eq!(ApiKeys::parse(&[0xff; 40]).unwrap_err(), "it is no text");
    }

    #[test]
    fn keys_are_not_shown() {
        assert_eq!(format!("{:?}", keys(ONE).unwrap()), "ApiKeys(1)");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let missing = ApiKeys::read(Path::new("/nowhere/keys")).unwrap_err().to_string();
        assert!(missing.starts_with("--api-key-file /nowhere/keys: "), "{missing}");
    }
}
