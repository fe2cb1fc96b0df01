//! Idempotency keys with their owners, as the store knows them.

use bytes::Bytes;

use super::store::StoreKey;
use crate::backplane::message::NewMessage;

/// Returns the idempotency key of a message with its owner: the server, a user on any connection, or all anonymous
/// clients. Names contain no control characters, so the line break ends the owner.
pub fn store_key(message: &NewMessage) -> Option<StoreKey> {
    let key = message.key.as_ref()?;
    let owner = match message.from.as_deref().map(|sender| sender.user.as_ref()) {
        None => "s".to_owned(),
        Some(None) => "a".to_owned(),
        Some(Some(user)) => format!("u{user}"),
    };
    Some(StoreKey { name: Bytes::from(format!("{owner}\n{}", key.key)), digest: key.digest() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use yodel_protocol::{ClientId, EventName, IdempotencyKey, Json, UserId};

    use super::*;
    use crate::backplane::message::{Body, MessageKey, Sender};

    fn sender(user: Option<&str>) -> Arc<Sender> {
        let user = user.map(|user| UserId::new(user).unwrap());
        Arc::new(Sender { client: ClientId::new("c").unwrap(), user, prefix: None })
    }

    fn key(from: Option<Arc<Sender>>, key: &str, body: Body) -> StoreKey {
        let key = MessageKey::new(IdempotencyKey::new(key).unwrap(), &body);
        store_key(&NewMessage { body, from, key: Some(key), order: None }).unwrap()
    }

    #[test]
    fn contains_the_owner() {
        let name = |user, name| key(user, name, Body::Text("x".into())).name;
        assert_eq!(name(None, "k"), "s\nk");
        assert_eq!(name(Some(sender(None)), "k"), "a\nk");
        assert_eq!(name(Some(sender(Some("ada"))), "k"), "uada\nk");
        assert_eq!(name(Some(sender(Some("s"))), "k"), "us\nk");
        assert_eq!(store_key(&NewMessage { body: Body::Text("x".into()), from: None, key: None, order: None }), None);
    }

    /// The digests are in the stores of all nodes.
    #[test]
    fn digests_never_change() {
        let digest = |body| key(None, "k", body).digest;
        let json = Body::Json(EventName::new("chat").unwrap(), Json::parse(r#"{"a": 1}"#).unwrap());
        let digests = [json, Body::Text("x".into()), Body::Binary(Bytes::from_static(b"x"))].map(digest);
        assert_eq!(digests, DIGESTS);
    }

    const DIGESTS: [u64; 3] = [0xed1f_7e83_14fb_c72b, 0x08c8_4807_b56a_da21, 0x08a6_4c07_b54d_fa87];
}
