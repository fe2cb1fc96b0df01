//! Public keys, which verify signatures.

use jsonwebtoken::DecodingKey;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;

use super::algorithm::Algorithm;
use super::der;

/// First line of a public key in PEM.
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";

/// Error of a file without a usable public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file is not PEM.
    #[error("the file is not PEM: a public key starts with -----BEGIN PUBLIC KEY-----")]
    NotPem,
    /// The file contains a private key, which the server should not have.
    #[error("the file contains a private key: give the server only the public key, from `openssl pkey -pubout`")]
    PrivateKey,
    /// The file is PEM with other content.
    #[error("the file contains no public key: make one with `openssl pkey -pubout`")]
    NoPublicKey,
    /// The file contains more than one public key.
    #[error("the file contains several public keys: keep only one")]
    MultipleKeys,
    /// The type or size of the key is not supported, or the key is damaged.
    #[error("unsupported public key: supported are Ed25519, P-256 (prime256v1) and RSA of 2048 to 8192 bits")]
    Unsupported,
}

/// Parses a public key from PEM; its type determines the algorithm.
///
/// # Errors
/// Returns an error if `pem` does not contain exactly one public key of a supported type.
pub fn parse_public_key(pem: &[u8]) -> Result<(Algorithm, DecodingKey), KeyError> {
    let text = String::from_utf8_lossy(pem);
    let mut keys = text.match_indices(BEGIN).map(|(at, _)| &text[at..]);
    match (keys.next(), keys.next()) {
        (Some(key), None) => decode(key.as_bytes()).filter(is_supported).ok_or(KeyError::Unsupported),
        (Some(_), Some(_)) => Err(KeyError::MultipleKeys),
        _ if text.contains("PRIVATE KEY-----") => Err(KeyError::PrivateKey),
        _ if text.trim_start().starts_with("-----BEGIN ") => Err(KeyError::NoPublicKey),
        _ => Err(KeyError::NotPem),
    }
}

fn decode(pem: &[u8]) -> Option<(Algorithm, DecodingKey)> {
    DecodingKey::from_ed_pem(pem)
        .map(|key| (Algorithm::EdDsa, key))
        .or_else(|_| DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::Es256, key)))
        .or_else(|_| DecodingKey::from_rsa_pem(pem).map(|key| (Algorithm::Rs256, key)))
        .ok()
}

/// Returns whether the size and the curve of a key are supported. Without this check, the server would
/// start and then reject every token.
fn is_supported((algorithm, key): &(Algorithm, DecodingKey)) -> bool {
    key.try_get_as_bytes().is_ok_and(|key| match algorithm {
        Algorithm::EdDsa => key.len() == 32,
        Algorithm::Rs256 => modulus_bits(key).is_some_and(|bits| (2048..=8192).contains(&bits)),
        _ => is_on_p256(key),
    })
}

/// Returns the length in bits of the modulus of an RSA key (RFC 8017, appendix A.1.1); `None` if the
/// key is not a sequence of two integers.
fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (numbers, []) = der::split_element(der::SEQUENCE, key)? else { return None };
    let (modulus, rest) = der::split_element(der::INTEGER, numbers)?;
    let (_exponent, []) = der::split_element(der::INTEGER, rest)? else { return None };
    der::bit_length(modulus)
}

/// Returns whether a key is a point on P-256; other curves have keys of the same size.
fn is_on_p256(key: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ECDH_P256, key);
    EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())
        .is_ok_and(|own| agree_ephemeral(own, &key, |_| ()).is_ok())
}

#[cfg(test)]
mod tests;
