//! What signatures are checked with: a secret, or a public key.

use std::fmt;

use ring::hmac;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use tokio_rustls::rustls::pki_types::alg_id;
use tokio_rustls::rustls::pki_types::pem::{PemObject, SectionKind};

use super::jws::Jws;
use super::{Algorithm, Denied, der, secret};

/// A key that signatures are checked with. What it is decides the algorithm, and no token does.
#[derive(Clone)]
pub enum Key {
    /// A secret, for HS256.
    Secret(hmac::Key),
    /// A public key, and what it is for.
    Public(Algorithm, UnparsedPublicKey<Vec<u8>>),
}

/// Why a file is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not even PEM.
    #[error("this is no PEM: it begins with -----BEGIN PUBLIC KEY-----")]
    Pem,
    /// Better not on this machine.
    #[error("this is a private key: give the server only the public one, from `openssl pkey -pubout`")]
    Private,
    /// PEM with something else in it.
    #[error("there is no public key in it: make one with `openssl pkey -pubout`")]
    None,
    /// Several keys.
    #[error("there are several public keys in it: leave one")]
    Several,
    /// Of another kind, or damaged.
    #[error("a public key is Ed25519, P-256 (prime256v1) or RSA of 2048 to 8192 bits, and this is none of them")]
    Kind,
}

impl Key {
    /// A secret, from what is in its file.
    ///
    /// # Errors
    /// When it is too short or no secret.
    pub fn from_secret(content: &[u8]) -> Result<Self, String> {
        secret::key(content).map(Self::Secret)
    }

    /// A public key, from PEM.
    ///
    /// # Errors
    /// When there is not exactly one, of a kind that is known.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let sections: Vec<(SectionKind, Vec<u8>)> =
            PemObject::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| KeyError::Pem)?;
        let mut public = sections.iter().filter(|(kind, _)| *kind == SectionKind::PublicKey);
        match (public.next(), public.next()) {
            (Some((_, der)), None) => Self::from_der(der).ok_or(KeyError::Kind),
            (Some(_), Some(_)) => Err(KeyError::Several),
            _ if sections.iter().any(|(kind, _)| is_private(*kind)) => Err(KeyError::Private),
            _ if pem.trim_ascii_start().starts_with(b"-----BEGIN ") => Err(KeyError::None),
            _ => Err(KeyError::Pem),
        }
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        let (identifier, key) = der::public_key(der)?;
        let (algorithm, how): (_, &'static dyn VerificationAlgorithm) = match identifier {
            _ if identifier == alg_id::ED25519.as_ref() && key.len() == 32 => (Algorithm::EdDsa, &ED25519),
            // A point, with both of its coordinates.
            _ if identifier == alg_id::ECDSA_P256.as_ref() && key.len() == 65 => {
                (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED)
            }
            _ if identifier == alg_id::RSA_ENCRYPTION.as_ref() && (256..=1024).contains(&der::modulus_length(key)?) => {
                (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256)
            }
            _ => return None,
        };
        Some(Self::Public(algorithm, UnparsedPublicKey::new(how, key.to_vec())))
    }

    /// The one algorithm it is for.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Secret(_) => Algorithm::Hs256,
            Self::Public(algorithm, _) => *algorithm,
        }
    }

    /// Checks the signature of a token, and that its header names this key's algorithm.
    ///
    /// # Errors
    /// When it was signed with another key, or was changed since.
    pub fn check(&self, token: &Jws) -> Result<(), Denied> {
        if token.algorithm()? != self.algorithm() {
            return Err(Denied::Bad("the token's `alg` is not that of the server's key"));
        }
        let checked = match self {
            Self::Secret(key) => hmac::verify(key, token.signed, &token.signature),
            Self::Public(_, key) => key.verify(token.signed, &token.signature),
        };
        checked.map_err(|_| Denied::Bad("the token's signature is wrong: it was made with another key, or changed"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.algorithm())
    }
}

fn is_private(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::PrivateKey | SectionKind::EcPrivateKey | SectionKind::RsaPrivateKey)
}

#[cfg(test)]
mod tests;
