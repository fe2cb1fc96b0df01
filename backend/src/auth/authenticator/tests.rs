use axum::http::{HeaderMap, HeaderValue, header};

use super::super::testdata::{ED25519, SECRET, file, signer, token};
use super::*;
use crate::auth::Signer;
use crate::config::AuthConfig;

const CLAIMS: &str = r#"{"sub":"42","exp":1000}"#;

fn auth(change: impl FnOnce(&mut AuthConfig)) -> Result<Auth, AuthError> {
    let mut config = ServerConfig::default();
    change(&mut config.auth);
    Auth::new(&config)
}

/// With a key pair, a cookie and a path that needs no token.
fn jwt() -> Auth {
    auth(|flags| {
        flags.mode = AuthMode::Jwt;
        flags.jwt_public_key = Some(file("ed25519.public.pem"));
        flags.cookie = Some("session".to_owned());
        flags.exempt = vec!["/ws/echo".to_owned()];
    })
    .expect("the key is there")
}

fn good_token() -> String {
    Signer::from_pem(ED25519.0).and_then(|signer| signer.token(CLAIMS)).expect("it is signed")
}

fn bearer(token: &str) -> HeaderMap {
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is text");
    [(header::AUTHORIZATION, value)].into_iter().collect()
}

/// Who sends a request: a user, nobody, or somebody whose token is due.
fn user(auth: &Auth, path: &str, headers: &HeaderMap) -> Result<String, Denied> {
    let known = auth.identify(path, headers, 900)?;
    Ok(known.as_ref().map_or("due", |known| known.user().unwrap_or("nobody")).to_owned())
}

#[test]
fn without_auth_everybody_is_nobody() {
    let open = auth(|_| ()).expect("there is nothing to read");
    assert_eq!(user(&open, "/ws", &HeaderMap::new()), Ok("nobody".to_owned()));
    assert_eq!(user(&open, "/ws", &bearer("anything")), Ok("nobody".to_owned()));
    assert!(open.verifier().is_none() && open.api_keys().is_none() && open.cookie().is_none());
}

#[test]
fn a_token_is_due_and_says_who_it_is() {
    assert_eq!(user(&jwt(), "/ws", &HeaderMap::new()), Ok("due".to_owned()));
    assert_eq!(user(&jwt(), "/ws", &bearer(&good_token())), Ok("42".to_owned()));
    assert!(matches!(user(&jwt(), "/ws", &bearer(&token(CLAIMS))), Err(Denied::Bad(_))), "signed with a secret");
    assert_eq!(jwt().identify("/ws", &bearer(&good_token()), 2000).err(), Some(Denied::Expired));
    let cookie = HeaderValue::try_from(format!("session={}", good_token())).expect("a token is text");
    assert_eq!(user(&jwt(), "/ws", &[(header::COOKIE, cookie)].into_iter().collect()), Ok("42".to_owned()));
}

#[test]
fn a_path_that_needs_no_token_takes_a_good_one() {
    assert_eq!(user(&jwt(), "/ws/echo", &HeaderMap::new()), Ok("nobody".to_owned()));
    assert_eq!(user(&jwt(), "/ws/echo", &bearer(&good_token())), Ok("42".to_owned()));
    assert!(matches!(user(&jwt(), "/ws/echo", &bearer("a.b.c")), Err(Denied::Bad(_))));
    for other in ["/ws/echo/", "/ws/ech", "/ws/broadcast", "/ws/echo2", "/"] {
        assert_eq!(user(&jwt(), other, &HeaderMap::new()), Ok("due".to_owned()), "{other}");
    }
}

#[test]
fn keys_are_read_from_their_files_or_the_file_is_named() {
    let refused = |change: fn(&mut AuthConfig)| auth(change).expect_err("the file is not there").to_string();
    let secret = refused(|flags| (flags.mode, flags.jwt_secret_file) = (AuthMode::Jwt, Some("/nowhere/secret".into())));
    assert!(secret.starts_with("--jwt-secret-file /nowhere/secret: "), "{secret}");
    let public = refused(|flags| (flags.mode, flags.jwt_public_key) = (AuthMode::Jwt, Some("/nowhere/key".into())));
    assert!(public.starts_with("--jwt-public-key /nowhere/key: "), "{public}");
    let keys = refused(|flags| flags.api_key_file = Some("/nowhere/keys".into()));
    assert!(keys.starts_with("--api-key-file /nowhere/keys: "), "{keys}");
    let some = auth(|flags| flags.api_key_file = Some(file("rfc7515-a2.public.pem"))).expect_err("those are no keys");
    assert!(some.problem.starts_with("line 1: "), "{some}");
}

#[test]
fn what_is_secret_is_not_shown() {
    let shown = format!("{:?} {:?}", jwt(), signer());
    assert!(shown.contains("Verifier(EdDSA)") && shown.contains("Signer(HS256)"), "{shown}");
    assert!(!shown.contains(String::from_utf8_lossy(SECRET).trim()), "{shown}");
}
