//! A server that requires tokens, and tokens for it.

use serde_json::json;
use support::{Yodel, api};
use tempfile::NamedTempFile;

/// Expiry of the tokens in seconds since 1970: the year 2096.
const EXPIRY: u64 = 4_000_000_000;

/// The server with the file of its secret.
pub struct AuthServer {
    pub yodel: Yodel,
    _secret: NamedTempFile,
}

impl AuthServer {
    pub async fn serve() -> Self {
        let secret = api::secret_file();
        let path = secret.path().to_str().expect("path is UTF-8");
        let yodel = Yodel::serve(&["--auth=jwt", "--jwt-secret-file", path, "--plain=broadcast"]).await;
        Self { yodel, _secret: secret }
    }
}

/// Creates a token of a user.
pub fn token(user: &str) -> String {
    api::token(user, &json!({"exp": EXPIRY}))
}
