use super::*;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET};

/// The algorithm of a key.
fn algorithm(pem: &[u8]) -> Result<Algorithm, KeyError> {
    public(pem).map(|(algorithm, _)| algorithm)
}

#[test]
fn a_key_knows_what_it_is_for() {
    for ((_, public), expected) in [(ED25519, Algorithm::EdDsa), (P256, Algorithm::Es256), (RSA, Algorithm::Rs256)] {
        assert_eq!(algorithm(public), Ok(expected));
    }
}

#[test]
fn a_file_that_is_no_public_key_is_refused_with_what_to_do() {
    let pem = |der: &str| format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n").into_bytes();
    let cut_off = String::from_utf8(ED25519.1.to_vec()).unwrap().replace("MCow", "MCo");
    for (content, error) in [
        (b"".to_vec(), KeyError::Pem),
        (SECRET.to_vec(), KeyError::Pem),
        (cut_off.into_bytes(), KeyError::Kind),
        (b"-----BEGIN PUBLIC KEY-----\nMCow".to_vec(), KeyError::Kind),
        (ED25519.0.to_vec(), KeyError::Private),
        (include_bytes!("../testdata/p256-sec1.private.pem").to_vec(), KeyError::Private),
        (include_bytes!("../testdata/rsa-pkcs1.private.pem").to_vec(), KeyError::Private),
        (b"-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----\n".to_vec(), KeyError::None),
        ([ED25519.1, P256.1].concat(), KeyError::Several),
        (include_bytes!("../testdata/rsa-pkcs1.public.pem").to_vec(), KeyError::None),
        (pem("MAA="), KeyError::Kind),
        (pem("MCkwBQYDK2VwAyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="), KeyError::Kind),
        (pem("MAAA"), KeyError::Kind),
        (include_bytes!("../testdata/rsa-1024.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/p384.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/p256-compressed.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/secp256k1.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/ed448.public.pem").to_vec(), KeyError::Kind),
    ] {
        assert_eq!(algorithm(&content), Err(error), "{}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn what_stands_around_a_public_key_does_not_matter() {
    let around = [b"for yodel:\n", ED25519.1, b"\nthe end"].concat();
    assert_eq!(algorithm(&around), Ok(Algorithm::EdDsa));
}

#[test]
fn the_bits_of_a_modulus_are_counted() {
    assert_eq!(public(RSA.1).map(|(_, key)| modulus_bits(key.try_get_as_bytes().unwrap())), Ok(Some(2048)));
    assert_eq!(modulus_bits(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 3]), Some(8));
    assert_eq!(modulus_bits(&[0x30, 6, 2, 1, 0x7f, 2, 1, 3]), Some(7));
    for wrong in [&[][..], &[0x30, 3, 2, 1, 0x7f], &[2, 1, 0x7f], &[0x30, 6, 2, 1, 0x7f, 2, 2, 3]] {
        assert_eq!(modulus_bits(wrong), None, "{wrong:?}");
    }
}
