//! Examples of RFC 7515 and RFC 8037. All of them lack required claims, so a valid signature shows as an
//! error about the claims, and an invalid one as an error about the signature.

use super::*;

/// Claims of the examples in RFC 7515, appendix A.
const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// Asserts that a verifier accepts the signature of a token whose claims are invalid in the way that
/// `lacking` names, and rejects the token when its content or signature is modified.
fn accepts_only(verifier: &Verifier, token: &str, lacking: &str) {
    assert_invalid(verifier, token, lacking);
    let (signed, signature) = token.rsplit_once('.').expect("the token has a signature");
    let (first, rest) = signature.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    assert_invalid(verifier, &format!("{signed}.{other}{rest}"), "signature");
    assert_invalid(verifier, &format!("{signed}AAAA.{signature}"), "signature");
    assert_invalid(verifier, &format!("{}.{signature}", &signed[..signed.len() - 4]), "signature");
    assert_invalid(verifier, &format!("{signed}.{signature}AAAA"), "signature");
    assert_invalid(verifier, &format!("{signed}."), "signature");
}

#[test]
fn verifies_the_hs256_example() {
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let verifier = Verifier::from_secret(&URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap();
    let token =
        format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    accepts_only(&verifier, &token, "no `sub`");
}

#[test]
fn verifies_the_rs256_example() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc7515-a2.public.pem")).unwrap();
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb\
                     F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383\
                     LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy\
                     wlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    accepts_only(&verifier, &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{signature}"), "no `sub`");
}

#[test]
fn verifies_the_es256_example() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc7515-a3.public.pem")).unwrap();
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    accepts_only(&verifier, &format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{signature}"), "no `sub`");
}

/// The example in RFC 8037, appendix A.4, signs a sentence instead of claims.
#[test]
fn verifies_the_eddsa_example() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc8037-a4.public.pem")).unwrap();
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    accepts_only(
        &verifier,
        &format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{signature}"),
        "not a JSON",
    );
}
