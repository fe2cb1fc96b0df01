use super::*;
use crate::auth::testdata::SECRET;

/// Returns every algorithm of `jsonwebtoken`.
fn all_algorithms() -> impl Iterator<Item = Algorithm> {
    use AlgorithmFamily::{Ec, Ed, Hmac, Rsa};
    [Hmac, Rsa, Ec, Ed].iter().flat_map(AlgorithmFamily::algorithms).copied()
}

#[test]
fn supports_four_algorithms_each_with_keys_of_its_family() {
    assert_eq!(all_algorithms().count(), 12);
    let keys = [
        (DecodingKey::from_secret(b"x"), Algorithm::HS256),
        (DecodingKey::from_ed_der(b"x"), Algorithm::EdDSA),
        (DecodingKey::from_ec_der(b"x"), Algorithm::ES256),
        (DecodingKey::from_rsa_der(b"x"), Algorithm::RS256),
    ];
    for (key, expected) in keys {
        for algorithm in all_algorithms() {
            let made = (RING.verifier_factory)(&algorithm, &key).ok().map(|checks| checks.algorithm());
            assert_eq!(made, (algorithm == expected).then_some(expected), "{key:?} {algorithm:?}");
        }
    }
}

#[test]
fn a_key_signs_only_with_its_own_algorithm() {
    let key = EncodingKey::from_secret(SECRET);
    for algorithm in all_algorithms() {
        let made = (RING.signer_factory)(&algorithm, &key).ok().map(|signs| signs.algorithm());
        assert_eq!(made, (algorithm == Algorithm::HS256).then_some(algorithm));
    }
}

#[test]
fn installing_twice_keeps_the_first_provider() {
    install();
    install();
    assert!(RING.install_default().is_err());
    assert!(jsonwebtoken::crypto::sign(b"x", &EncodingKey::from_secret(SECRET), Algorithm::HS256).is_ok());
}
