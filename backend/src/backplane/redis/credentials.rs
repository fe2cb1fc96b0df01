//! User and password of a server.

use std::fmt;

/// User and password of a server. The password is in no output of `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct RedisCredentials {
    /// The user; without one, the default user.
    pub username: Option<String>,
    pub password: Option<String>,
}

impl fmt::Debug for RedisCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCredentials")
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "redacted"))
            .finish()
    }
}
