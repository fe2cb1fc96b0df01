//! Keys for tests, and tokens signed with them. They are used nowhere else.

use std::path::{Path, PathBuf};

use super::signer::Signer;

pub const SECRET: &[u8] = include_bytes!("testdata/secret");
pub const ED25519: (&[u8], &[u8]) =
    (include_bytes!("testdata/ed25519.private.pem"), include_bytes!("testdata/ed25519.public.pem"));
pub const P256: (&[u8], &[u8]) =
    (include_bytes!("testdata/p256.private.pem"), include_bytes!("testdata/p256.public.pem"));
pub const RSA: (&[u8], &[u8]) = (include_bytes!("testdata/rsa.private.pem"), include_bytes!("testdata/rsa.public.pem"));

/// Returns a signer with [`SECRET`].
pub fn signer() -> Signer {
    Signer::from_secret(SECRET).expect("the secret is long enough")
}

/// Returns a token signed with [`SECRET`].
pub fn token(claims: &str) -> String {
    signer().token(claims).expect("HMAC needs no randomness")
}

/// Returns the path of a test file.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/auth/testdata").join(name)
}
