//! Files with keys and secrets in them.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No file of keys is larger; something else that was named by mistake may have no end.
const LARGEST: u64 = 1 << 20;

/// Why a file cannot be used, with its name. Nothing of what is in it is said.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{flag} {}: {problem}", .file.display())]
pub struct AuthError {
    /// The flag that named it.
    pub flag: &'static str,
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

/// A file that a flag names.
#[derive(Clone, Copy, Debug)]
pub struct Named<'f> {
    flag: &'static str,
    file: &'f Path,
}

impl<'f> Named<'f> {
    /// A file and the flag that names it.
    pub fn new(flag: &'static str, file: &'f Path) -> Self {
        Self { flag, file }
    }

    /// Reads the file and what is in it.
    ///
    /// # Errors
    /// When it cannot be read, or `make` cannot use it.
    pub fn read<T, E: fmt::Display>(self, make: impl FnOnce(&[u8]) -> Result<T, E>) -> Result<T, AuthError> {
        let content = self.content().map_err(|error| self.error(&error))?;
        make(&content).map_err(|error| self.error(&error))
    }

    fn content(self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(self.file)?.take(LARGEST + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST {
            return Err(io::Error::other("it has more than 1 MiB: this is something else"));
        }
        Ok(content)
    }

    fn error(self, problem: &impl fmt::Display) -> AuthError {
        AuthError { flag: self.flag, file: self.file.to_owned(), problem: problem.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, make: impl FnOnce(&[u8]) -> Result<usize, &'static str>) -> Result<usize, String> {
        Named::new("--some-file", Path::new(file)).read(make).map_err(|error| error.to_string())
    }

    #[test]
    fn every_failure_names_the_flag_and_the_file() {
        let missing = read("/nowhere/file", |_| Ok(0)).unwrap_err();
        assert!(missing.starts_with("--some-file /nowhere/file: No such file"), "{missing}");
        assert_eq!(read("Cargo.toml", |_| Err("it is empty")), Err("--some-file Cargo.toml: it is empty".to_owned()));
        assert!(read("src", |_| Ok(0)).unwrap_err().starts_with("--some-file src: "));
    }

    #[test]
    fn a_file_without_an_end_is_not_read_to_its_end() {
        let endless = read("/dev/zero", |_| Ok(0)).unwrap_err();
        assert!(endless.starts_with("--some-file /dev/zero: it has more than 1 MiB"), "{endless}");
    }

    #[test]
    fn what_is_in_it_is_passed_on() {
        assert!(read("Cargo.toml", |content| Ok(content.len())).is_ok_and(|length| length > 100));
    }
}
