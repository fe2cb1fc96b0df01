use axum::http::{HeaderMap, HeaderValue, header};

use super::super::testdata::{ED25519, SECRET, file, signer, token};
use super::*;
use crate::auth::Signer;
use crate::config::AuthConfig;

const CLAIMS: &str = r#"{"sub":"42","exp":1000}"#;

fn auth(change: impl FnOnce(&mut AuthConfig)) -> Result<Authenticator, CredentialFileError> {
    let mut config = ServerConfig::default();
    change(&mut config.auth);
    Authenticator::new(&config)
}

/// Returns an authenticator with a public key, a cookie and an exempt path.
fn jwt() -> Authenticator {
    auth(|auth| {
        auth.mode = AuthMode::Jwt;
        auth.jwt_public_key = Some(file("ed25519.public.pem"));
        auth.cookie = Some("session".to_owned());
        auth.exempt = vec!["/ws/echo".to_owned()];
    })
    .expect("the key file exists")
}

fn good_token() -> String {
    Signer::from_pem(ED25519.0).and_then(|signer| signer.token(CLAIMS)).expect("the key can sign")
}

fn bearer(token: &str) -> HeaderMap {
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is ASCII");
    [(header::AUTHORIZATION, value)].into_iter().collect()
}

/// Returns the user of a request, "anonymous", or "token required".
fn user(auth: &Authenticator, path: &str, headers: &HeaderMap) -> Result<String, VerifyError> {
    let identity = auth.identify(path, headers, 900)?;
    Ok(identity.as_ref().map_or("token required", |identity| identity.user().unwrap_or("anonymous")).to_owned())
}

#[test]
fn without_auth_every_client_is_anonymous() {
    let open = auth(|_| ()).expect("no files are read");
    assert_eq!(user(&open, "/ws", &HeaderMap::new()), Ok("anonymous".to_owned()));
    assert_eq!(user(&open, "/ws", &bearer("anything")), Ok("anonymous".to_owned()));
    assert!(!open.requires_tokens() && open.api_keys().is_none() && open.cookie().is_none());
}

#[test]
fn requires_a_token_and_identifies_its_user() {
    assert_eq!(user(&jwt(), "/ws", &HeaderMap::new()), Ok("token required".to_owned()));
    assert_eq!(user(&jwt(), "/ws", &bearer(&good_token())), Ok("42".to_owned()));
    assert!(
        matches!(user(&jwt(), "/ws", &bearer(&token(CLAIMS))), Err(VerifyError::Invalid(_))),
        "signed with a secret"
    );
    assert_eq!(jwt().identify("/ws", &bearer(&good_token()), 2000).err(), Some(VerifyError::Expired));
    let cookie = HeaderValue::try_from(format!("session={}", good_token())).expect("a token is ASCII");
    assert_eq!(user(&jwt(), "/ws", &[(header::COOKIE, cookie)].into_iter().collect()), Ok("42".to_owned()));
}

#[test]
fn an_exempt_path_still_rejects_an_invalid_token() {
    assert_eq!(user(&jwt(), "/ws/echo", &HeaderMap::new()), Ok("anonymous".to_owned()));
    assert_eq!(user(&jwt(), "/ws/echo", &bearer(&good_token())), Ok("42".to_owned()));
    assert!(matches!(user(&jwt(), "/ws/echo", &bearer("a.b.c")), Err(VerifyError::Invalid(_))));
    for other in ["/ws/echo/", "/ws/ech", "/ws/broadcast", "/ws/echo2", "/"] {
        assert_eq!(user(&jwt(), other, &HeaderMap::new()), Ok("token required".to_owned()), "{other}");
    }
}

#[test]
fn errors_name_the_key_file() {
    let error = |change: fn(&mut AuthConfig)| auth(change).expect_err("the file does not exist").to_string();
    let secret = error(|auth| (auth.mode, auth.jwt_secret_file) = (AuthMode::Jwt, Some("/nowhere/secret".into())));
    assert!(secret.starts_with("`jwt_secret_file` /nowhere/secret: "), "{secret}");
    let public = error(|auth| (auth.mode, auth.jwt_public_key) = (AuthMode::Jwt, Some("/nowhere/key".into())));
    assert!(public.starts_with("`jwt_public_key` /nowhere/key: "), "{public}");
    let keys = error(|auth| auth.api_key_file = Some("/nowhere/keys".into()));
    assert!(keys.starts_with("`api_key_file` /nowhere/keys: "), "{keys}");
    let some = auth(|auth| auth.api_key_file = Some(file("rfc7515-a2.public.pem"))).expect_err("not a file of keys");
    assert!(some.problem.starts_with("line 1: "), "{some}");
}

#[test]
fn debug_output_contains_no_secrets() {
    let shown = format!("{:?} {:?}", jwt(), signer());
    assert!(shown.contains("Verifier(EdDSA)") && shown.contains("Signer(HS256)"), "{shown}");
    assert!(!shown.contains(String::from_utf8_lossy(SECRET).trim()), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn rejects_every_token_of_a_blocked_user() {
    let (auth, minute) = (jwt(), std::time::Duration::from_secs(60));
    auth.blocked().block("42", minute).unwrap();
    for path in ["/ws", "/ws/echo"] {
        assert_eq!(user(&auth, path, &bearer(&good_token())), Err(VerifyError::Blocked), "{path}");
    }
    assert_eq!(auth.verify(&good_token(), 900).err(), Some(VerifyError::Blocked));
    assert_eq!(auth.clone().blocked().count(), 1, "clones share the list");
    tokio::time::advance(minute).await;
    assert_eq!(user(&auth, "/ws", &bearer(&good_token())), Ok("42".to_owned()));
}

#[test]
fn requires_the_configured_audience() {
    let configured = auth(|auth| {
        auth.mode = AuthMode::Jwt;
        auth.jwt_public_key = Some(file("ed25519.public.pem"));
        auth.jwt_audience = vec!["chat".to_owned()];
    })
    .expect("the key file exists");
    assert!(matches!(configured.verify(&good_token(), 900), Err(VerifyError::Invalid(text)) if text.contains("`aud`")));
    let signer = Signer::from_pem(ED25519.0).expect("a private key");
    let token = signer.token(r#"{"sub":"42","exp":1000,"aud":["mail","chat"]}"#).expect("the key can sign");
    assert_eq!(user(&configured, "/ws", &bearer(&token)), Ok("42".to_owned()));
    assert!(matches!(jwt().verify(&token, 900), Err(VerifyError::Invalid(text)) if text.contains("--jwt-audience")));
}
