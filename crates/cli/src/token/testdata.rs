//! Secret and keys for tests, shared with the library's tests.

use std::path::{Path, PathBuf};

use yodel_server::auth::Signer;

pub const SECRET: &[u8] = include_bytes!("../../../../backend/src/auth/testdata/secret");

/// Returns a token signed with [`SECRET`].
pub fn token(claims: &str) -> String {
    Signer::from_secret(SECRET).expect("the secret is long enough").token(claims).expect("HMAC needs no randomness")
}

/// Returns the path of one of the files.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../backend/src/auth/testdata").join(name)
}
