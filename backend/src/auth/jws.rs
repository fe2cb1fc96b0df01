//! The form of a token: header, claims and signature (RFC 7515, section 7.1).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{object, present};
use super::{Algorithm, Denied};

/// Larger tokens are refused unread; browsers and proxies allow headers of about this size.
pub const LONGEST_TOKEN: usize = 8 * 1024;

/// A token taken apart, and nothing of it checked.
pub struct Jws<'t> {
    /// What its maker says about it: JSON.
    pub header: Vec<u8>,
    /// What it claims: JSON.
    pub payload: Vec<u8>,
    /// What the signature is made of.
    pub signed: &'t [u8],
    /// What its maker proves it with.
    pub signature: Vec<u8>,
}

/// What of a header matters.
#[derive(Deserialize)]
struct Header<'t> {
    #[serde(borrow)]
    alg: Cow<'t, str>,
    /// Extensions that have to be understood (RFC 7515, section 4.1.11).
    #[serde(borrow, default, deserialize_with = "present")]
    crit: Option<&'t RawValue>,
}

impl<'t> Jws<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// When it is too long, or not three times base64.
    pub fn parse(token: &'t str) -> Result<Self, Denied> {
        if token.len() > LONGEST_TOKEN {
            return Err(Denied::Bad("the token has more than 8 KiB"));
        }
        Self::split(token).ok_or(Denied::Bad("the token is no JSON Web Token: HEADER.CLAIMS.SIGNATURE in base64url"))
    }

    fn split(token: &'t str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        // A dot too many is left in the payload, and no base64.
        let (header, payload) = signed.split_once('.')?;
        let decode = |part| URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self {
            header: decode(header)?,
            payload: decode(payload)?,
            signed: signed.as_bytes(),
            signature: decode(signature)?,
        })
    }

    /// The algorithm that the header names. It is compared with that of the key, and never chosen by.
    ///
    /// # Errors
    /// When it is none that this server knows, or the header demands something else.
    pub fn algorithm(&self) -> Result<Algorithm, Denied> {
        let text = std::str::from_utf8(&self.header).ok();
        let header: Header =
            text.and_then(object).ok_or(Denied::Bad("the token's header is no JSON object with an `alg`"))?;
        if header.crit.is_some() {
            return Err(Denied::Bad("the token's header has a `crit`: this server knows no extensions"));
        }
        Algorithm::named(&header.alg).ok_or(Denied::Bad("the token's `alg` is none of HS256, EdDSA, ES256 and RS256"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jws(header: &str) -> String {
        format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
    }

    fn algorithm(header: &str) -> Result<Algorithm, Denied> {
        Jws::parse(&jws(header)).expect("it has the form of a token").algorithm()
    }

    #[test]
    fn a_token_is_three_parts() {
        let token = Jws::parse("e30.e30.AAE").expect("it is one");
        assert_eq!((token.header, token.payload), (b"{}".to_vec(), b"{}".to_vec()));
        assert_eq!((token.signed, token.signature), (&b"e30.e30"[..], vec![0, 1]));
    }

    #[test]
    fn what_is_not_three_parts_of_base64url_is_none() {
        for wrong in [
            "",
            ".",
            "e30",
            "e30.e30",
            "e30.e30.e30.e30",
            "e30.e30.AA==",
            "e30.e3 0.AA",
            "e30.e3+.AA",
            "e30.e31.AA",
            "é.e30.AA",
        ] {
            assert!(matches!(Jws::parse(wrong), Err(Denied::Bad(_))), "{wrong}");
        }
    }

    #[test]
    fn a_token_has_at_most_8_kib() {
        let token = |signature| "e30.e30.".to_owned() + &"A".repeat(signature);
        assert!(Jws::parse(&token(8192 - 8)).is_ok());
        assert_eq!(Jws::parse(&token(8192 - 4)).err(), Some(Denied::Bad("the token has more than 8 KiB")));
    }

    #[test]
    fn the_algorithm_is_one_that_is_known() {
        for (name, known) in [
            ("HS256", Algorithm::Hs256),
            ("EdDSA", Algorithm::EdDsa),
            ("Ed25519", Algorithm::EdDsa),
            ("ES256", Algorithm::Es256),
            ("RS256", Algorithm::Rs256),
            (r"\u0052S256", Algorithm::Rs256),
        ] {
            assert_eq!(algorithm(&format!(r#"{{"typ":"JWT","alg":"{name}","kid":"1"}}"#)), Ok(known), "{name}");
        }
        for unknown in
            ["none", "None", "NONE", "", "hs256", "HS384", "HS512", "ES384", "ES256K", "PS256", "RS512", "HS256 "]
        {
            assert!(algorithm(&format!(r#"{{"alg":"{unknown}"}}"#)).is_err(), "{unknown}");
        }
    }

    #[test]
    fn a_header_is_an_object_with_one_algorithm_and_no_demands() {
        for wrong in [
            "",
            "{}",
            "null",
            r#""HS256""#,
            r#"["HS256"]"#,
            r#"{"alg":null}"#,
            r#"{"alg":["HS256"]}"#,
            r#"{"alg":"HS256","alg":"none"}"#,
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            r#"{"alg":"HS256","crit":null}"#,
        ] {
            assert!(algorithm(wrong).is_err(), "{wrong}");
        }
    }
}
