//! How tokens are signed.

use std::fmt;

/// An algorithm of RFC 7518 or RFC 8037. A key has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// A secret that both sides have.
    Hs256,
    /// A key pair: Ed25519.
    EdDsa,
    /// A key pair: P-256.
    Es256,
    /// A key pair: RSA.
    Rs256,
}

impl Algorithm {
    /// The same one, as `jsonwebtoken` calls it: that knows more.
    pub(super) fn in_tokens(self) -> jsonwebtoken::Algorithm {
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
        // There its name is that of the RFCs.
        fmt::Debug::fmt(&self.in_tokens(), f)
    }
}
