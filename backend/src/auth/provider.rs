//! Crypto provider for `jsonwebtoken`, which has none of its own. It uses `ring`, which TLS needs anyway.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{self, ErrorKind};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use ring::error::Unspecified;
use ring::hmac::{self, HMAC_SHA256};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};

static RING: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(KeyWithAlgorithm(supported(*algorithm, key.family())?, key.clone()))),
    verifier_factory: |algorithm, key| {
        Ok(Box::new(KeyWithAlgorithm(supported(*algorithm, key.family())?, key.clone())))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// Installs this provider for the process, unless one is installed already. An embedding program that needs
/// other algorithms or JWKs has to install its own first, which this crate then uses too.
pub fn install() {
    // An error means that a provider is installed already, which is fine.
    let _ = RING.install_default();
}

/// Returns `algorithm` if it is supported and matches the family of the key.
fn supported(algorithm: Algorithm, key: AlgorithmFamily) -> errors::Result<Algorithm> {
    match algorithm {
        _ if algorithm.family() != key => Err(ErrorKind::InvalidAlgorithm.into()),
        Algorithm::HS256 | Algorithm::EdDSA | Algorithm::ES256 | Algorithm::RS256 => Ok(algorithm),
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    }
}

/// Key and the algorithm that it is used with.
struct KeyWithAlgorithm<K>(Algorithm, K);

impl JwtVerifier for KeyWithAlgorithm<DecodingKey> {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

impl Verifier<Vec<u8>> for KeyWithAlgorithm<DecodingKey> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Error> {
        let key = self.1.try_get_as_bytes().map_err(Error::from_source)?;
        verify_signature(self.0, key, message, signature).map_err(|_| Error::new())
    }
}

impl JwtSigner for KeyWithAlgorithm<EncodingKey> {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

impl Signer<Vec<u8>> for KeyWithAlgorithm<EncodingKey> {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        sign(self.0, self.1.as_bytes(), message).map_err(|_| Error::new())
    }
}

fn verify_signature(algorithm: Algorithm, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Unspecified> {
    let algorithm: &dyn VerificationAlgorithm = match algorithm {
        Algorithm::HS256 => return hmac::verify(&hmac::Key::new(HMAC_SHA256, key), message, signature),
        Algorithm::EdDSA => &ED25519,
        Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::RS256 => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(Unspecified),
    };
    UnparsedPublicKey::new(algorithm, key).verify(message, signature)
}

fn sign(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    Ok(match algorithm {
        Algorithm::HS256 => hmac::sign(&hmac::Key::new(HMAC_SHA256, key), message).as_ref().to_vec(),
        // `maybe_unchecked`: most tools write Ed25519 keys without the public key, so it cannot be checked.
        Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8_maybe_unchecked(key)?.sign(message).as_ref().to_vec(),
        Algorithm::ES256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random)?
            .sign(&random, message)?
            .as_ref()
            .to_vec(),
        Algorithm::RS256 => {
            let key = RsaKeyPair::from_der(key)?;
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
            signature
        }
        _ => return Err(Unspecified),
    })
}

#[cfg(test)]
mod tests;
