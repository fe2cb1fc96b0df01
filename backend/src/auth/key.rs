//! The public keys that signatures are checked with.

use jsonwebtoken::DecodingKey;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;

use super::algorithm::Algorithm;
use super::der;

/// How a public key in PEM begins.
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";

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

/// Reads a public key from PEM. What it is decides the algorithm.
///
/// # Errors
/// When there is not exactly one, of a kind that is known.
pub fn public(pem: &[u8]) -> Result<(Algorithm, DecodingKey), KeyError> {
    let text = String::from_utf8_lossy(pem);
    let mut keys = text.match_indices(BEGIN).map(|(at, _)| &text[at..]);
    match (keys.next(), keys.next()) {
        (Some(key), None) => read(key.as_bytes()).filter(fits).ok_or(KeyError::Kind),
        (Some(_), Some(_)) => Err(KeyError::Several),
        _ if text.contains("PRIVATE KEY-----") => Err(KeyError::Private),
        _ if text.trim_start().starts_with("-----BEGIN ") => Err(KeyError::None),
        _ => Err(KeyError::Pem),
    }
}

fn read(pem: &[u8]) -> Option<(Algorithm, DecodingKey)> {
    DecodingKey::from_ed_pem(pem)
        .map(|key| (Algorithm::EdDsa, key))
        .or_else(|_| DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::Es256, key)))
        .or_else(|_| DecodingKey::from_rsa_pem(pem).map(|key| (Algorithm::Rs256, key)))
        .ok()
}

/// Whether a key is of the size and on the curve it has to be: better refused here than with every token.
fn fits((algorithm, key): &(Algorithm, DecodingKey)) -> bool {
    key.try_get_as_bytes().is_ok_and(|key| match algorithm {
        Algorithm::EdDsa => key.len() == 32,
        Algorithm::Rs256 => modulus_bits(key).is_some_and(|bits| (2048..=8192).contains(&bits)),
        _ => is_on_p256(key),
    })
}

/// Returns the length in bits of the modulus of an RSA key (RFC 8017, appendix A.1.1); `None` when the
/// key is not a sequence of two integers.
fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (numbers, []) = der::element(der::SEQUENCE, key)? else { return None };
    let (modulus, rest) = der::element(der::INTEGER, numbers)?;
    let (_exponent, []) = der::element(der::INTEGER, rest)? else { return None };
    der::bits(modulus)
}

/// Whether a key is a point of P-256: other curves have keys of the same size.
fn is_on_p256(key: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ECDH_P256, key);
    EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())
        .is_ok_and(|own| agree_ephemeral(own, &key, |_| ()).is_ok())
}

#[cfg(test)]
mod tests;
