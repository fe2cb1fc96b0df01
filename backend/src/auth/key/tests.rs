use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::auth::testdata::{ED25519, P256, RSA, SECRET};

/// The claims of the examples in RFC 7515, appendix A.
const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn check(key: &Key, token: &str) -> Result<(), Denied> {
    key.check(&Jws::parse(token).expect("it has the form of a token"))
}

/// That a key accepts this token, and not one that differs in one bit of what is signed or of the signature.
fn accepts_only(key: &Key, token: &str) {
    assert_eq!(check(key, token), Ok(()), "{token}");
    let mut changed = Jws::parse(token).expect("it has the form of a token");
    changed.signature[0] ^= 1;
    assert!(key.check(&changed).is_err(), "another signature");
    changed.signature[0] ^= 1;
    let signed = [changed.signed, b"x"].concat();
    changed.signed = &signed;
    assert!(key.check(&changed).is_err(), "more is signed");
    changed.signed = &signed[..signed.len() - 2];
    assert!(key.check(&changed).is_err(), "less is signed");
    changed.signature.clear();
    assert!(key.check(&changed).is_err(), "no signature");
}

#[test]
fn the_example_of_hs256() {
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = Key::from_secret(&URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap();
    let token =
        format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    accepts_only(&key, &token);
}

#[test]
fn the_example_of_rs256() {
    let key = Key::from_pem(include_bytes!("../testdata/rfc7515-a2.public.pem")).unwrap();
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb\
                     F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383\
                     LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy\
                     wlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    accepts_only(&key, &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{signature}"));
}

#[test]
fn the_example_of_es256() {
    let key = Key::from_pem(include_bytes!("../testdata/rfc7515-a3.public.pem")).unwrap();
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    accepts_only(&key, &format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{signature}"));
}

/// RFC 8037, appendix A.4; it signs a sentence instead of claims.
#[test]
fn the_example_of_eddsa() {
    let key = Key::from_pem(include_bytes!("../testdata/rfc8037-a4.public.pem")).unwrap();
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    accepts_only(&key, &format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{signature}"));
}

#[test]
fn a_key_knows_what_it_is_for() {
    for ((_, public), algorithm) in [(ED25519, Algorithm::EdDsa), (P256, Algorithm::Es256), (RSA, Algorithm::Rs256)] {
        assert_eq!(Key::from_pem(public).map(|key| key.algorithm()), Ok(algorithm));
    }
    assert_eq!(Key::from_secret(SECRET).map(|key| key.algorithm()), Ok(Algorithm::Hs256));
}

#[test]
fn a_file_that_is_no_public_key_is_refused_with_what_to_do() {
    let pem = |der: &str| format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n").into_bytes();
    let cut_off = String::from_utf8(ED25519.1.to_vec()).unwrap().replace("MCow", "MCo");
    for (content, error) in [
        (b"".to_vec(), KeyError::Pem),
        (SECRET.to_vec(), KeyError::Pem),
        (cut_off.into_bytes(), KeyError::Pem),
        (b"-----BEGIN PUBLIC KEY-----\nMCow".to_vec(), KeyError::Pem),
        (ED25519.0.to_vec(), KeyError::Private),
        (include_bytes!("../testdata/p256-sec1.private.pem").to_vec(), KeyError::Private),
        (include_bytes!("../testdata/rsa-pkcs1.private.pem").to_vec(), KeyError::Private),
        (b"-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----\n".to_vec(), KeyError::None),
        ([ED25519.1, P256.1].concat(), KeyError::Several),
        (pem("MAA="), KeyError::Kind),
        (pem("MAAA"), KeyError::Kind),
        (include_bytes!("../testdata/rsa-1024.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/p384.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/p256-compressed.public.pem").to_vec(), KeyError::Kind),
        (include_bytes!("../testdata/ed448.public.pem").to_vec(), KeyError::Kind),
    ] {
        assert_eq!(Key::from_pem(&content).err(), Some(error), "{}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn what_stands_around_a_public_key_does_not_matter() {
    let around = [b"for yodel:\n", ED25519.1, b"\nthe end"].concat();
    assert_eq!(Key::from_pem(&around).map(|key| key.algorithm()), Ok(Algorithm::EdDsa));
}

#[test]
fn keys_are_not_shown() {
    assert_eq!(format!("{:?}", Key::from_secret(SECRET).unwrap()), "Key(HS256)");
    assert_eq!(format!("{:?}", Key::from_pem(P256.1).unwrap()), "Key(ES256)");
}
