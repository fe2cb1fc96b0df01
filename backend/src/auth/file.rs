//! Files that contain keys, secrets and tokens.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tracing::warn;

/// Maximum size of a file, in bytes. A file named by mistake, such as a device, could be endless.
const MAX_SIZE: u64 = 1 << 20;

/// Permission bit of a file that every user of the machine may read.
const READABLE_BY_OTHERS: u32 = 0o004;

/// Error of a file with a key, a secret or a token that cannot be used. It contains nothing of the file's content.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{setting}` {}: {problem}", .file.display())]
pub struct CredentialFileError {
    /// Name of the setting, such as `jwt_secret_file`.
    pub setting: &'static str,
    /// Path of the file.
    pub file: PathBuf,
    /// The problem, and how to solve it.
    pub problem: String,
}

/// File with a key, a secret or a token, and the name of its setting.
#[derive(Clone, Copy, Debug)]
pub struct CredentialFile<'f> {
    setting: &'static str,
    file: &'f Path,
}

impl<'f> CredentialFile<'f> {
    /// Creates a reference to the file of a setting. Does not access the file.
    pub fn new(setting: &'static str, file: &'f Path) -> Self {
        Self { setting, file }
    }

    /// Reads the file and converts its content with `make`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, has more than 1 MiB, or `make` returns an error.
    pub fn read<T, E: fmt::Display>(self, make: impl FnOnce(&[u8]) -> Result<T, E>) -> Result<T, CredentialFileError> {
        let content = self.content().map_err(|error| self.error(&error))?;
        make(&content).map_err(|error| self.error(&error))
    }

    /// Logs a warning if every user of the machine may read the file, which is meant to be secret.
    pub fn warn_if_exposed(self) {
        if is_exposed(self.file) {
            let (setting, file) = (self.setting, self.file.display());
            warn!(setting, %file, "every user of this machine can read the secret file; run `chmod 600` on it");
        }
    }

    fn content(self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(self.file)?.take(MAX_SIZE + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_SIZE {
            return Err(io::Error::other("the file is larger than 1 MiB, so it is not a key file"));
        }
        Ok(content)
    }

    fn error(self, problem: &impl fmt::Display) -> CredentialFileError {
        CredentialFileError { setting: self.setting, file: self.file.to_owned(), problem: problem.to_string() }
    }
}

/// Returns whether every user may read a file. False for pipes and other special files.
fn is_exposed(file: &Path) -> bool {
    file.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & READABLE_BY_OTHERS != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_files_that_every_user_may_read() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        for (mode, exposed) in [(0o600, false), (0o400, false), (0o640, false), (0o644, true), (0o604, true)] {
            file.as_file().set_permissions(PermissionsExt::from_mode(mode)).expect("the file is our own");
            assert_eq!(is_exposed(file.path()), exposed, "{mode:o}");
        }
        assert!(!is_exposed(Path::new("/dev/null")) && !is_exposed(Path::new("/nowhere")));
    }

    fn read(file: &str, make: impl FnOnce(&[u8]) -> Result<usize, &'static str>) -> Result<usize, String> {
        CredentialFile::new("some_file", Path::new(file)).read(make).map_err(|error| error.to_string())
    }

    #[test]
    fn errors_name_the_setting_and_the_file() {
        let missing = read("/nowhere/file", |_| Ok(0)).unwrap_err();
        assert!(missing.starts_with("`some_file` /nowhere/file: No such file"), "{missing}");
        assert_eq!(read("Cargo.toml", |_| Err("it is empty")), Err("`some_file` Cargo.toml: it is empty".to_owned()));
        assert!(read("src", |_| Ok(0)).unwrap_err().starts_with("`some_file` src: "));
    }

    #[test]
    fn stops_reading_an_endless_file() {
        let endless = read("/dev/zero", |_| Ok(0)).unwrap_err();
        assert!(endless.starts_with("`some_file` /dev/zero: the file is larger than 1 MiB"), "{endless}");
    }

    #[test]
    fn passes_the_content_on() {
        assert!(read("Cargo.toml", |content| Ok(content.len())).is_ok_and(|length| length > 100));
    }
}
