//! Identity of a client.

use std::sync::{Arc, LazyLock};

use serde_json::value::RawValue;

use super::identity_builder::{IdentityBuilder, IdentityError};
use super::permissions::{Action, Permissions};
use super::time::LEEWAY;

/// Identity of a client: its user, permissions and expiry. A handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Identity(Arc<IdentityInner>);

/// Fields of an identity.
#[derive(Debug)]
pub(super) struct IdentityInner {
    pub user: Option<String>,
    pub expires: Option<u64>,
    pub info: Option<Box<RawValue>>,
    pub permissions: Permissions,
}

impl Identity {
    /// Returns the identity without a user, which may do everything except broadcast and use the HTTP API.
    pub fn anonymous() -> Self {
        // Shared, because thousands of connections may use it.
        static ANONYMOUS: LazyLock<Identity> = LazyLock::new(|| {
            Identity::new(IdentityInner { user: None, expires: None, info: None, permissions: Permissions::DEFAULT })
        });
        ANONYMOUS.clone()
    }

    /// Returns a builder for the identity of a user, for the `authenticate` hook.
    ///
    /// # Errors
    /// [`IdentityError::User`] when the name is empty, longer than 255 bytes, or has control characters.
    pub fn builder(user: &str) -> Result<IdentityBuilder, IdentityError> {
        IdentityBuilder::new(user)
    }

    pub(super) fn new(inner: IdentityInner) -> Self {
        Self(Arc::new(inner))
    }

    /// Returns the user; `None` for an anonymous identity.
    pub fn user(&self) -> Option<&str> {
        self.0.user.as_deref()
    }

    /// Returns the expiry of the token in seconds since 1970, without leeway.
    pub fn expires(&self) -> Option<u64> {
        self.0.expires
    }

    /// Returns the time from which the token is rejected, in seconds since 1970: its expiry plus [`LEEWAY`].
    pub fn rejected_from(&self) -> Option<u64> {
        self.0.expires.map(|expires| expires + LEEWAY)
    }

    /// Returns the public information that other members see, as the unchanged JSON of the token.
    pub fn info(&self) -> Option<&RawValue> {
        self.0.info.as_deref()
    }

    /// Returns whether `action` is permitted in `room`.
    pub fn may(&self, action: Action, room: &str) -> bool {
        self.0.permissions.allows(action, room)
    }

    /// Returns whether broadcasts to all connections are permitted.
    pub fn may_broadcast(&self) -> bool {
        self.0.permissions.broadcast
    }

    /// Returns whether the HTTP API may be used.
    pub fn may_api(&self) -> bool {
        self.0.permissions.api
    }

    /// Returns whether direct messages to users and clients are permitted.
    pub fn may_send(&self) -> bool {
        self.0.permissions.send
    }

    /// Returns whether calls of the program's handlers are permitted.
    pub fn may_call(&self) -> bool {
        self.0.permissions.call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anonymous_identity_has_the_default_permissions() {
        let anonymous = Identity::anonymous();
        assert_eq!((anonymous.user(), anonymous.expires(), anonymous.rejected_from()), (None, None, None));
        assert!(anonymous.info().is_none());
        assert!(Action::ALL.iter().all(|action| anonymous.may(*action, "chat")));
        assert!(anonymous.may_send() && anonymous.may_call());
        assert!(!anonymous.may_broadcast() && !anonymous.may_api());
    }

    #[test]
    fn anonymous_identities_share_their_memory() {
        assert!(Arc::ptr_eq(&Identity::anonymous().0, &Identity::anonymous().0));
    }
}
