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
    /// The algorithm a header names. Ed25519 has two names (RFC 9864).
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hs256 => "HS256",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        })
    }
}
