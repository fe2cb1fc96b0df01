//! Builder of identities, for the embedding program.

use serde::Serialize;
use serde_json::value::to_raw_value;

use super::claims::{MAX_INFO_LENGTH, is_user_name};
use super::identity::{Identity, IdentityInner};
use super::pattern::RoomPattern;
use super::permissions::{Action, Permissions, Rule};

/// A value that an identity cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The user name is empty, too long, or has control characters.
    #[error("a user name has 1 to 255 bytes and no control characters")]
    User,
    /// The public claims cannot be serialized, or are too long.
    #[error("public claims must be JSON of at most {MAX_INFO_LENGTH} bytes")]
    Info,
    /// A room pattern is empty, too long, or has control characters.
    #[error("a room pattern has 1 to {} bytes and no control characters", RoomPattern::MAX_LENGTH)]
    Pattern,
}

/// Builder of an [`Identity`]. Without further calls, the identity has the permissions of a token without
/// restrictions: everything in all rooms, but no broadcast and no HTTP API.
#[derive(Debug)]
pub struct IdentityBuilder {
    inner: IdentityInner,
    rules: Option<Vec<Rule>>,
}

impl IdentityBuilder {
    /// Creates a builder for the given user.
    ///
    /// # Errors
    /// [`IdentityError::User`] for an invalid name.
    pub(super) fn new(user: &str) -> Result<Self, IdentityError> {
        if !is_user_name(user) {
            return Err(IdentityError::User);
        }
        let inner =
            IdentityInner { user: Some(user.to_owned()), expires: None, info: None, permissions: Permissions::DEFAULT };
        Ok(Self { inner, rules: None })
    }

    /// Sets the public claims, which the members of a room see in presence.
    ///
    /// # Errors
    /// [`IdentityError::Info`] when they cannot be serialized as JSON, or are longer than 1,024 bytes.
    pub fn info(mut self, info: &impl Serialize) -> Result<Self, IdentityError> {
        let info = to_raw_value(info).map_err(|_| IdentityError::Info)?;
        if info.get().len() > MAX_INFO_LENGTH {
            return Err(IdentityError::Info);
        }
        self.inner.info = (info.get() != "null").then_some(info);
        Ok(self)
    }

    /// Sets when the identity expires, in seconds since 1970: five seconds later the connection is closed
    /// with 4004, token expired, unless a `yodel.v1` client has sent a new token by then.
    #[must_use]
    pub fn expires(mut self, seconds: u64) -> Self {
        self.inner.expires = Some(seconds);
        self
    }

    /// Allows actions in the rooms that match a pattern, in which `*` stands for any characters. After the
    /// first call, only actions that some call allows are permitted.
    ///
    /// # Errors
    /// [`IdentityError::Pattern`] for an invalid pattern.
    pub fn allow(mut self, rooms: &str, actions: &[Action]) -> Result<Self, IdentityError> {
        let pattern = RoomPattern::new(rooms).ok_or(IdentityError::Pattern)?;
        self.rules.get_or_insert_default().push(Rule::new(pattern, actions));
        Ok(self)
    }

    /// Sets whether the identity may broadcast to all connections. The default is no.
    #[must_use]
    pub fn may_broadcast(mut self, may: bool) -> Self {
        self.inner.permissions.broadcast = may;
        self
    }

    /// Sets whether the identity may send to users and clients. The default is yes.
    #[must_use]
    pub fn may_send(mut self, may: bool) -> Self {
        self.inner.permissions.send = may;
        self
    }

    /// Sets whether the identity may call handlers of the program. The default is yes.
    #[must_use]
    pub fn may_call(mut self, may: bool) -> Self {
        self.inner.permissions.call = may;
        self
    }

    /// Returns the identity.
    pub fn build(mut self) -> Identity {
        self.inner.permissions.rooms = self.rules.map(Vec::into_boxed_slice);
        Identity::new(self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_the_permissions_of_its_builder() {
        let all = Identity::builder("ada").unwrap().build();
        assert!(all.may(Action::Join, "chat") && all.may_send() && all.may_call());
        assert!(!all.may_broadcast() && !all.may_api());
        let some = Identity::builder("ada").unwrap().allow("team-*", &[Action::Join]).unwrap().expires(1000);
        let some = some.may_broadcast(true).may_send(false).may_call(false).info(&["x"]).unwrap().build();
        assert!(some.may(Action::Join, "team-1") && some.may_broadcast());
        assert!(!some.may(Action::Publish, "team-1") && !some.may(Action::Join, "chat"));
        assert!(!some.may_send() && !some.may_call() && !some.may_api());
        assert_eq!((some.user(), some.rejected_from()), (Some("ada"), Some(1005)));
        assert_eq!(some.info().map(serde_json::value::RawValue::get), Some(r#"["x"]"#));
    }

    #[test]
    fn rejects_invalid_values() {
        for name in ["", "a\n", &"x".repeat(256)] {
            assert_eq!(Identity::builder(name).err(), Some(IdentityError::User), "{name}");
        }
        let builder = || Identity::builder("ada").unwrap();
        assert_eq!(builder().info(&"x".repeat(1023)).err(), Some(IdentityError::Info));
        assert_eq!(builder().allow("", &[]).err(), Some(IdentityError::Pattern));
        assert!(builder().info(&()).unwrap().build().info().is_none());
    }
}
