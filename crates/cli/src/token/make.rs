//! `yodel token make`: a token, as an application's own server would make it.

use serde::Serialize;
use serde_json::value::RawValue;

use super::TokenError;
use super::options::Make;
use super::room::Room;
use yodel_server::auth::{self, Signer};

/// What the token claims, in the order of docs/protocol.md.
#[derive(Serialize)]
struct Claims<'o> {
    sub: &'o str,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "<[Room]>::is_empty")]
    rooms: &'o [Room],
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

/// Makes a token at this time. What the server would not accept is not made.
pub fn token(options: &Make, now: u64) -> Result<String, TokenError> {
    let yes = |given: bool| given.then_some(true);
    let claims = Claims {
        sub: &options.user,
        iat: now,
        exp: now + options.expires.as_secs(),
        rooms: &options.room,
        broadcast: yes(options.broadcast),
        api: yes(options.api),
        send: yes(options.send),
        call: yes(options.call),
        info: options.info.as_deref(),
    };
    let claims = serde_json::to_string(&claims).expect("text, numbers and JSON are JSON");
    let token = signer(options)?.token(&claims)?;
    auth::decode_unverified(&token, now).map_err(TokenError::Claims)?;
    Ok(token)
}

fn signer(options: &Make) -> Result<Signer, TokenError> {
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

    fn options() -> Make {
        Make {
            jwt_secret_file: Some(file("secret")),
            jwt_private_key: None,
            user: "42".to_owned(),
            expires: Duration::from_secs(3600),
            room: Vec::new(),
            broadcast: false,
            api: false,
            send: false,
            call: false,
            info: None,
        }
    }

    fn claims(options: &Make) -> String {
        let token = token(options, 1000).expect("it can be made");
        let claims = token.split('.').nth(1).expect("a token has three parts");
        String::from_utf8(URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("UTF-8")
    }

    #[test]
    fn it_claims_what_was_asked_and_nothing_else() {
        assert_eq!(claims(&options()), r#"{"sub":"42","iat":1000,"exp":4600}"#);
        let rooms = vec!["team-*=join,publish".parse().unwrap(), "news=history".parse().unwrap()];
        let info = serde_json::from_str(r#"{ "name": "Ä" }"#).unwrap();
        let all =
            Make { room: rooms, broadcast: true, api: true, send: true, call: true, info: Some(info), ..options() };
        assert_eq!(
            claims(&all),
            r#"{"sub":"42","iat":1000,"exp":4600,"rooms":[{"room":"team-*","may":["join","publish"]},{"room":"news","may":["history"]}],"broadcast":true,"api":true,"send":true,"call":true,"info":{ "name": "Ä" }}"#
        );
    }

    #[test]
    fn the_server_accepts_it() {
        assert!(SECRET.len() > 32);
        let made = Make { room: vec!["team-*=join".parse().unwrap()], ..options() };
        let known = Verifier::from_secret_file(&file("secret")).unwrap().verify(&token(&made, 1000).unwrap(), 1000);
        let known = known.expect("it is accepted");
        assert_eq!((known.user(), known.expires()), (Some("42"), Some(4600)));
        assert!(known.may(Action::Join, "team-1") && !known.may(Action::Publish, "team-1") && !known.may_send());
        for kind in ["ed25519", "p256", "rsa"] {
            let private = Some(file(&format!("{kind}.private.pem")));
            let made = Make { jwt_secret_file: None, jwt_private_key: private, ..options() };
            let verifier = Verifier::from_public_key_file(&file(&format!("{kind}.public.pem"))).unwrap();
            assert!(verifier.verify(&token(&made, 1000).unwrap(), 1000).is_ok(), "{kind}");
        }
    }

    #[test]
    fn what_the_server_would_not_accept_is_not_made() {
        let refused = |options: &Make| token(options, 1000).unwrap_err().to_string();
        for user in [String::new(), "a\nb".to_owned(), "x".repeat(256)] {
            let error = refused(&Make { user, ..options() });
            assert!(error.starts_with("the server would not accept it: ") && error.contains("`sub`"), "{error}");
        }
        let error = refused(&Make { room: vec!["=join".parse().unwrap()], ..options() });
        assert!(error.contains("`rooms`"), "{error}");
        let long = format!("\"{}\"", "x".repeat(9000));
        let error = refused(&Make { info: serde_json::from_str(&long).unwrap(), ..options() });
        assert!(error.contains(&VerifyError::Invalid("the token is longer than 8 KiB").to_string()), "{error}");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let refused = |options: &Make| token(options, 1000).unwrap_err().to_string();
        let error = refused(&Make { jwt_secret_file: Some("/nowhere/secret".into()), ..options() });
        assert!(error.starts_with("--jwt-secret-file /nowhere/secret: "), "{error}");
        let private = Make { jwt_secret_file: None, ..options() };
        let error = refused(&Make { jwt_private_key: Some(file("p256.public.pem")), ..private.clone() });
        assert!(error.starts_with("--jwt-private-key ") && error.contains("p256.public.pem: "), "{error}");
        let error = refused(&private);
        assert!(error.contains("--jwt-secret-file") && error.contains("--jwt-private-key"), "{error}");
    }
}
