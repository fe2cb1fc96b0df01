//! Encoded form of presence entries.

use bytes::Bytes;
use tracing::warn;
use yodel_protocol::frame::PresenceEntry;

/// Encodes an entry as a key, which names the user or client, and a value; without a value if it has no clients.
pub(super) fn encode_entry(entry: &PresenceEntry) -> (Bytes, Option<Bytes>) {
    let name = PresenceEntry { clients: 0, info: None, ..entry.clone() };
    let encode = |entry: &PresenceEntry| Bytes::from(serde_json::to_vec(entry).unwrap_or_default());
    (encode(&name), (entry.clients > 0).then(|| encode(entry)))
}

/// Decodes an entry; one that this version cannot read is left out.
pub(super) fn decode_change(key: &Bytes, value: Option<&Bytes>) -> Option<PresenceEntry> {
    let entry = serde_json::from_slice(value.unwrap_or(key));
    entry.map_err(|error| warn!(%error, "ignored a presence entry that cannot be read")).ok()
}

#[cfg(test)]
mod tests {
    use yodel_protocol::UserId;

    use super::*;

    fn entry(user: &str, clients: u32) -> PresenceEntry {
        PresenceEntry { user: UserId::new(user).ok(), client: None, clients, info: None }
    }

    #[test]
    fn an_entry_without_clients_has_only_a_key() {
        let (key, value) = encode_entry(&entry("ada", 2));
        assert_eq!(decode_change(&key, value.as_ref()), Some(entry("ada", 2)));
        let (same_key, none) = encode_entry(&entry("ada", 0));
        assert_eq!((same_key, none), (key.clone(), None));
        assert_eq!(decode_change(&key, None), Some(entry("ada", 0)));
        assert_eq!(decode_change(&Bytes::from_static(b"{"), None), None);
    }
}
