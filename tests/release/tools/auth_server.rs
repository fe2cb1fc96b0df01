//! A server that requires tokens, and tokens for it.

use std::io::Write;

use serde_json::json;
use support::Yodel;
use tempfile::NamedTempFile;
use yodel_server::auth::Signer;

const SECRET: &[u8] = b"a secret that is long enough for HS256";
/// Expiry of the tokens in seconds since 1970: the year 2096.
const EXPIRY: u64 = 4_000_000_000;

/// The server with the file of its secret.
pub struct AuthServer {
    pub yodel: Yodel,
    _secret: NamedTempFile,
}

impl AuthServer {
    pub async fn serve() -> Self {
        let mut secret = NamedTempFile::new().expect("temporary file");
        secret.write_all(SECRET).expect("file is writable");
        let path = secret.path().to_str().expect("path is UTF-8");
        let yodel = Yodel::serve(&["--auth=jwt", "--jwt-secret-file", path, "--plain=broadcast"]).await;
        Self { yodel, _secret: secret }
    }
}

/// Creates a token of a user.
pub fn token(user: &str) -> String {
    let claims = json!({ "sub": user, "exp": EXPIRY });
    Signer::from_secret(SECRET)
        .expect("secret is long enough")
        .token(&claims.to_string())
        .expect("claims can be signed")
}
