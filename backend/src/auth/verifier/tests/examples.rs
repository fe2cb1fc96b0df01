//! The examples of RFC 7515 and RFC 8037. None of them claims what a token has to: it is refused for
//! its claims, and for its signature only when that is another one.

use super::*;

/// The claims of the examples in RFC 7515, appendix A.
const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// That a verifier accepts the signature of this token, whose claims lack something, and not one that
/// differs in what is signed or in the signature.
fn accepts_only(verifier: &Verifier, token: &str, lacking: &str) {
    refused(verifier, token, lacking);
    let (signed, signature) = token.rsplit_once('.').expect("there is a signature");
    let (first, rest) = signature.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    refused(verifier, &format!("{signed}.{other}{rest}"), "signature");
    refused(verifier, &format!("{signed}AAAA.{signature}"), "signature");
    refused(verifier, &format!("{}.{signature}", &signed[..signed.len() - 4]), "signature");
    refused(verifier, &format!("{signed}.{signature}AAAA"), "signature");
    refused(verifier, &format!("{signed}."), "signature");
}

#[test]
fn the_example_of_hs256() {
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let verifier = Verifier::from_secret(&URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap();
    let token =
        format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    accepts_only(&verifier, &token, "no `sub`");
}

#[test]
fn the_example_of_rs256() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc7515-a2.public.pem")).unwrap();
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb\
                     F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383\
                     LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy\
                     wlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    accepts_only(&verifier, &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{signature}"), "no `sub`");
}

#[test]
fn the_example_of_es256() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc7515-a3.public.pem")).unwrap();
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    accepts_only(&verifier, &format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{signature}"), "no `sub`");
}

/// RFC 8037, appendix A.4; it signs a sentence instead of claims.
#[test]
fn the_example_of_eddsa() {
    let verifier = Verifier::from_pem(include_bytes!("../../testdata/rfc8037-a4.public.pem")).unwrap();
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    accepts_only(
        &verifier,
        &format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{signature}"),
        "no JSON",
    );
}
