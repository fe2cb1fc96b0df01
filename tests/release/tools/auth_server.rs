//! A server that wants to know who one is, and tokens for it.

use std::io::Write;

use serde_json::json;
use support::Yodel;
use tempfile::NamedTempFile;
use yodel_server::auth::Signer;

const SECRET: &[u8] = b"a secret that is long enough for HS256";
/// Long after these tests, in seconds since 1970.
const LATER: u64 = 4_000_000_000;

/// The server; its secret is there as long as it is.
pub struct Guarded {
    pub yodel: Yodel,
    _secret: NamedTempFile,
}

impl Guarded {
    pub async fn serve() -> Self {
        let mut secret = NamedTempFile::new().expect("a file");
        secret.write_all(SECRET).expect("it can be written");
        let path = secret.path().to_str().expect("a name in UTF-8");
        let yodel = Yodel::serve(&["--auth=jwt", "--jwt-secret-file", path, "--plain=broadcast"]).await;
        Self { yodel, _secret: secret }
    }
}

/// A token of this user.
pub fn token(user: &str) -> String {
    let claims = json!({ "sub": user, "exp": LATER });
    Signer::from_secret(SECRET).expect("a good secret").token(&claims.to_string()).expect("a token")
}
