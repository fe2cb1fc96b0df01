//! Signature algorithms of tokens.

use std::fmt;

/// Signature algorithm (RFC 7518, RFC 8037). Each key is used with exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256 and a shared secret.
    Hs256,
    /// Ed25519 key pair.
    EdDsa,
    /// ECDSA with a P-256 key pair and SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with an RSA key pair and SHA-256.
    Rs256,
}

impl Algorithm {
    /// Returns the algorithm as the type of `jsonwebtoken`.
    pub(super) fn to_jwt(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its variants are named like the RFCs' `alg` values.
        fmt::Debug::fmt(&self.to_jwt(), f)
    }
}
