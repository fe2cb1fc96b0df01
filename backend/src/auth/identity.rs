//! Who a client is.

use std::sync::{Arc, LazyLock};

use serde_json::value::RawValue;

use super::identity_builder::{IdentityBuilder, IdentityError};
use super::permissions::{Action, Permissions};
use super::time::LEEWAY;

/// Who somebody is, and what they may do; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Identity(Arc<Known>);

/// What is known about somebody.
#[derive(Debug)]
pub(super) struct Known {
    pub user: Option<String>,
    pub expires: Option<u64>,
    pub info: Option<Box<RawValue>>,
    pub permissions: Permissions,
}

impl Identity {
    /// Somebody without a name, who may do everything but broadcast and use the HTTP interface.
    pub fn anonymous() -> Self {
        // One for all: thousands of connections have it.
        static ANONYMOUS: LazyLock<Identity> = LazyLock::new(|| {
            Identity::new(Known { user: None, expires: None, info: None, permissions: Permissions::USUAL })
        });
        ANONYMOUS.clone()
    }

    /// Starts an identity of the given user, for the `authenticate` hook.
    ///
    /// # Errors
    /// [`IdentityError::User`] when the name is empty, longer than 255 bytes, or has control characters.
    pub fn builder(user: &str) -> Result<IdentityBuilder, IdentityError> {
        IdentityBuilder::new(user)
    }

    pub(super) fn new(known: Known) -> Self {
        Self(Arc::new(known))
    }

    /// The user; nobody under `--auth none`.
    pub fn user(&self) -> Option<&str> {
        self.0.user.as_deref()
    }

    /// When the token expires, in seconds since 1970, as the token says it.
    pub fn expires(&self) -> Option<u64> {
        self.0.expires
    }

    /// The second from which the token is not accepted any more: a little after it expires.
    pub fn ends(&self) -> Option<u64> {
        self.0.expires.map(|expires| expires + LEEWAY)
    }

    /// What others are shown of the user: JSON, byte for byte as it is in the token.
    pub fn info(&self) -> Option<&RawValue> {
        self.0.info.as_deref()
    }

    /// Whether this may be done in this room.
    pub fn may(&self, action: Action, room: &str) -> bool {
        self.0.permissions.allow(action, room)
    }

    /// Whether everybody may be told something.
    pub fn may_broadcast(&self) -> bool {
        self.0.permissions.broadcast
    }

    /// Whether the HTTP interface may be used.
    pub fn may_api(&self) -> bool {
        self.0.permissions.api
    }

    /// Whether a user or a client may be told something.
    pub fn may_send(&self) -> bool {
        self.0.permissions.send
    }

    /// Whether the application's own events may be called.
    pub fn may_call(&self) -> bool {
        self.0.permissions.call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_without_a_name_may_do_what_is_usual() {
        let nobody = Identity::anonymous();
        assert_eq!((nobody.user(), nobody.expires(), nobody.ends()), (None, None, None));
        assert!(nobody.info().is_none());
        assert!(Action::ALL.iter().all(|action| nobody.may(*action, "chat")));
        assert!(nobody.may_send() && nobody.may_call());
        assert!(!nobody.may_broadcast() && !nobody.may_api());
    }

    #[test]
    fn all_without_a_name_are_one() {
        assert!(Arc::ptr_eq(&Identity::anonymous().0, &Identity::anonymous().0));
    }
}
