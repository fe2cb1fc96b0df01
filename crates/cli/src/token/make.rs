//! `yodel token make`: creates a token, as the application's own server would.

use serde::Serialize;
use serde_json::value::RawValue;

use super::TokenError;
use super::options::MakeFlags;
use super::room_permission::RoomPermission;
use yodel_server::AuthConfig;
use yodel_server::auth::{self, Signer, TokenRequirements};

/// Claims of the token, in the order of docs/protocol.md.
#[derive(Serialize)]
struct Claims<'o> {
    sub: &'o str,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'o str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aud: &'o [String],
    #[serde(skip_serializing_if = "<[RoomPermission]>::is_empty")]
    rooms: &'o [RoomPermission],
    #[serde(skip_serializing_if = "Option::is_none")]
    broadcast: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<&'o RawValue>,
}

/// Creates a token that is issued at the time `now`, in seconds since 1970.
///
/// # Errors
/// Returns an error if the key cannot be used, or if a server would not accept the claims.
pub fn token(options: &MakeFlags, now: u64) -> Result<String, TokenError> {
    let if_set = |given: bool| given.then_some(true);
    let claims = Claims {
        sub: &options.user,
        iat: now,
        exp: now + options.expires.as_secs(),
        iss: options.issuer.as_deref(),
        aud: &options.audience,
        rooms: &options.room,
        broadcast: if_set(options.broadcast),
        api: if_set(options.api),
        send: if_set(options.send),
        call: if_set(options.call),
        info: options.info.as_deref(),
    };
    let claims = serde_json::to_string(&claims).expect("the claims serialize");
    let token = signer(options)?.token(&claims)?;
    // The server that is to accept the token has its audience.
    let config = AuthConfig { jwt_audience: options.audience.clone(), ..AuthConfig::default() };
    auth::decode_unverified(&token, now, &TokenRequirements::new(&config)).map_err(TokenError::Claims)?;
    Ok(token)
}

fn signer(options: &MakeFlags) -> Result<Signer, TokenError> {
    match (&options.jwt_secret_file, &options.jwt_private_key) {
        (Some(file), _) => Ok(Signer::from_secret_file(file)?),
        (None, Some(file)) => Ok(Signer::from_private_key_file(file)?),
        (None, None) => Err(TokenError::NoKey),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use std::time::Duration;

    use super::*;
    use crate::token::testdata::{SECRET, file};
    use yodel_server::auth::{Action, Verifier, VerifyError};

    fn options() -> MakeFlags {
        MakeFlags {
            jwt_secret_file: Some(file("secret")),
            jwt_private_key: None,
            user: "42".to_owned(),
            expires: Duration::from_secs(3600),
            audience: Vec::new(),
            issuer: None,
            room: Vec::new(),
            broadcast: false,
            api: false,
            send: false,
            call: false,
            info: None,
        }
    }

    fn claims(options: &MakeFlags) -> String {
        let token = token(options, 1000).expect("valid claims");
        let claims = token.split('.').nth(1).expect("a token has three parts");
        String::from_utf8(URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("UTF-8")
    }

    #[test]
    fn contains_exactly_the_requested_claims() {
        assert_eq!(claims(&options()), r#"{"sub":"42","iat":1000,"exp":4600}"#);
        let rooms = vec!["team-*=join,publish".parse().unwrap(), "news=history".parse().unwrap()];
        let info = serde_json::from_str(r#"{ "name": "Ä" }"#).unwrap();
        let all = MakeFlags {
            audience: vec!["chat".to_owned()],
            issuer: Some("login".to_owned()),
            room: rooms,
            broadcast: true,
            api: true,
            send: true,
            call: true,
            info: Some(info),
            ..options()
        };
        assert_eq!(
            claims(&all),
            r#"{"sub":"42","iat":1000,"exp":4600,"iss":"login","aud":["chat"],"rooms":[{"room":"team-*","may":["join","publish"]},{"room":"news","may":["history"]}],"broadcast":true,"api":true,"send":true,"call":true,"info":{ "name": "Ä" }}"#
        );
    }

    #[test]
    fn creates_tokens_that_a_server_accepts() {
        assert!(SECRET.len() > 32);
        let made = MakeFlags { room: vec!["team-*=join".parse().unwrap()], ..options() };
        let identity = Verifier::from_secret_file(&file("secret")).unwrap().verify(&token(&made, 1000).unwrap(), 1000);
        let identity = identity.expect("a valid token");
        assert_eq!((identity.user(), identity.expires()), (Some("42"), Some(4600)));
        assert!(
            identity.may(Action::Join, "team-1") && !identity.may(Action::Publish, "team-1") && !identity.may_send()
        );
        for kind in ["ed25519", "p256", "rsa"] {
            let private = Some(file(&format!("{kind}.private.pem")));
            let made = MakeFlags { jwt_secret_file: None, jwt_private_key: private, ..options() };
            let verifier = Verifier::from_public_key_file(&file(&format!("{kind}.public.pem"))).unwrap();
            assert!(verifier.verify(&token(&made, 1000).unwrap(), 1000).is_ok(), "{kind}");
        }
    }

    #[test]
    fn rejects_claims_that_a_server_would_not_accept() {
        let error_for = |options: &MakeFlags| token(options, 1000).unwrap_err().to_string();
        for user in [String::new(), "a\nb".to_owned(), "x".repeat(256)] {
            let error = error_for(&MakeFlags { user, ..options() });
            assert!(error.starts_with("a server would not accept this token: ") && error.contains("`sub`"), "{error}");
        }
        let error = error_for(&MakeFlags { room: vec!["=join".parse().unwrap()], ..options() });
        assert!(error.contains("`rooms`"), "{error}");
        let long = format!("\"{}\"", "x".repeat(9000));
        let error = error_for(&MakeFlags { info: serde_json::from_str(&long).unwrap(), ..options() });
        assert!(error.contains(&VerifyError::Invalid("the token is longer than 8 KiB").to_string()), "{error}");
    }

    #[test]
    fn names_the_flag_of_an_unusable_key() {
        let error_for = |options: &MakeFlags| token(options, 1000).unwrap_err().to_string();
        let error = error_for(&MakeFlags { jwt_secret_file: Some("/nowhere/secret".into()), ..options() });
        assert!(error.starts_with("--jwt-secret-file /nowhere/secret: "), "{error}");
        let private = MakeFlags { jwt_secret_file: None, ..options() };
        let error = error_for(&MakeFlags { jwt_private_key: Some(file("p256.public.pem")), ..private.clone() });
        assert!(error.starts_with("--jwt-private-key ") && error.contains("p256.public.pem: "), "{error}");
        let error = error_for(&private);
        assert!(error.contains("--jwt-secret-file") && error.contains("--jwt-private-key"), "{error}");
    }
}
