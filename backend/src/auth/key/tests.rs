use super::*;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET};

/// Returns the algorithm of a key.
fn algorithm(pem: &[u8]) -> Result<Algorithm, KeyError> {
    parse_public_key(pem).map(|(algorithm, _)| algorithm)
}

#[test]
fn the_key_type_determines_the_algorithm() {
    for ((_, public), expected) in [(ED25519, Algorithm::EdDsa), (P256, Algorithm::Es256), (RSA, Algorithm::Rs256)] {
        assert_eq!(algorithm(public), Ok(expected));
    }
}

#[test]
fn rejects_files_without_a_supported_public_key() {
    let pem = |der: &str| format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n").into_bytes();
    let cut_off = String::from_utf8(ED25519.1.to_vec()).unwrap().replace("MCow", "MCo");
    for (content, error) in [
        (b"".to_vec(), KeyError::NotPem),
        (SECRET.to_vec(), KeyError::NotPem),
        (cut_off.into_bytes(), KeyError::Unsupported),
        (b"-----BEGIN PUBLIC KEY-----\nMCow".to_vec(), KeyError::Unsupported),
        (ED25519.0.to_vec(), KeyError::PrivateKey),
        (include_bytes!("../testdata/p256-sec1.private.pem").to_vec(), KeyError::PrivateKey),
        (include_bytes!("../testdata/rsa-pkcs1.private.pem").to_vec(), KeyError::PrivateKey),
        (b"-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----\n".to_vec(), KeyError::NoPublicKey),
        ([ED25519.1, P256.1].concat(), KeyError::MultipleKeys),
        (include_bytes!("../testdata/rsa-pkcs1.public.pem").to_vec(), KeyError::NoPublicKey),
        (pem("MAA="), KeyError::Unsupported),
        (pem("MCkwBQYDK2VwAyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="), KeyError::Unsupported),
        (pem("MAAA"), KeyError::Unsupported),
        (include_bytes!("../testdata/rsa-1024.public.pem").to_vec(), KeyError::Unsupported),
        (include_bytes!("../testdata/p384.public.pem").to_vec(), KeyError::Unsupported),
        (include_bytes!("../testdata/p256-compressed.public.pem").to_vec(), KeyError::Unsupported),
        (include_bytes!("../testdata/secp256k1.public.pem").to_vec(), KeyError::Unsupported),
        (include_bytes!("../testdata/ed448.public.pem").to_vec(), KeyError::Unsupported),
    ] {
        assert_eq!(algorithm(&content), Err(error), "{}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn ignores_text_around_a_public_key() {
    let around = [b"for yodel:\n", ED25519.1, b"\nthe end"].concat();
    assert_eq!(algorithm(&around), Ok(Algorithm::EdDsa));
}

#[test]
fn counts_the_bits_of_a_modulus() {
    assert_eq!(parse_public_key(RSA.1).map(|(_, key)| modulus_bits(key.try_get_as_bytes().unwrap())), Ok(Some(2048)));
    assert_eq!(modulus_bits(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 3]), Some(8));
    assert_eq!(modulus_bits(&[0x30, 6, 2, 1, 0x7f, 2, 1, 3]), Some(7));
    for wrong in [&[][..], &[0x30, 3, 2, 1, 0x7f], &[2, 1, 0x7f], &[0x30, 6, 2, 1, 0x7f, 2, 2, 3]] {
        assert_eq!(modulus_bits(wrong), None, "{wrong:?}");
    }
}
