//! Stored form of a message: JSON with a version.
//!
//! A reader ignores fields that it does not know, so a field that old readers may ignore needs no new version. A message
//! of another version is an error. So is a message without exactly one body.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use yodel_protocol::{ClientId, EventName, Json, UserId};

use crate::backplane::message::{Body, NewMessage, Sender};
use crate::backplane::recipients::{MemberKey, Recipients};

/// Version of the stored form.
const VERSION: u32 = 1;

/// Message as it is stored.
#[derive(Clone, Debug)]
pub struct StoredMessage {
    /// Body and sender; without the key.
    pub message: NewMessage,
    /// Time at which the message was published, in milliseconds since 1970.
    pub time: u64,
    /// Member that does not receive the message.
    pub excluded: Option<ExcludedMember>,
}

/// Member of a room on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedMember {
    /// Name of the node.
    pub node: Arc<str>,
    /// Key of the member there.
    pub key: MemberKey,
}

/// Reason why a stored message cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredMessageError {
    /// A newer or older version has written it.
    #[error("the message has version {0}, and this node reads version {VERSION}")]
    Version(u32),
    /// The text is not the JSON of a message.
    #[error("the message is damaged: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Its binary body is not base64.
    #[error("the binary body is damaged: {0}")]
    Base64(#[from] base64::DecodeError),
    /// The message has no body, or several.
    #[error("the message does not have exactly one body")]
    Body,
}

/// JSON fields of a stored message.
#[derive(Serialize, Deserialize)]
struct StoredFields {
    v: u32,
    time: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<EventName>,
    /// Data of the event; `null` if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Box<str>>,
    /// Base64 (RFC 4648, section 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    binary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<SenderFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excluded: Option<ExcludedFields>,
}

#[derive(Serialize, Deserialize)]
struct SenderFields {
    client: ClientId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
struct ExcludedFields {
    node: Arc<str>,
    place: usize,
    serial: u32,
}

#[derive(Deserialize)]
struct VersionField {
    v: u32,
}

impl StoredMessage {
    /// Returns the members of a node that receive the message.
    pub fn recipients(&self, node: &str) -> Recipients {
        let excluded = self.excluded.as_ref().filter(|excluded| &*excluded.node == node);
        excluded.map_or(Recipients::All, |excluded| Recipients::AllBut(excluded.key))
    }

    /// Encodes the message.
    ///
    /// # Panics
    /// Never: JSON can represent all fields.
    pub fn encode(self) -> Bytes {
        let fields = StoredFields::from(self);
        serde_json::to_vec(&fields).expect("the fields are strings and numbers").into()
    }

    /// Decodes a message.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a message of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, StoredMessageError> {
        match serde_json::from_slice::<StoredFields>(bytes) {
            Ok(fields) if fields.v == VERSION => fields.try_into(),
            Ok(fields) => Err(StoredMessageError::Version(fields.v)),
            Err(error) => Err(other_version(bytes).map_or(error.into(), StoredMessageError::Version)),
        }
    }
}

/// Returns the version of a message, unless it is damaged or has this one.
fn other_version(bytes: &[u8]) -> Option<u32> {
    let field: VersionField = serde_json::from_slice(bytes).ok()?;
    (field.v != VERSION).then_some(field.v)
}

impl From<StoredMessage> for StoredFields {
    fn from(stored: StoredMessage) -> Self {
        let (mut event, mut data, mut text, mut binary) = (None, None, None, None);
        match stored.message.body {
            Body::Json(name, json) => (event, data) = (Some(name), Some(json)),
            Body::Text(body) => text = Some(body),
            Body::Binary(body) => binary = Some(BASE64.encode(body)),
        }
        let from = stored.message.from.as_deref().map(|sender| SenderFields {
            client: sender.client.clone(),
            user: sender.user.clone(),
            prefix: sender.prefix.clone(),
        });
        let excluded = stored.excluded.map(|ExcludedMember { node, key }| ExcludedFields {
            node,
            place: key.place,
            serial: key.serial,
        });
        Self { v: VERSION, time: stored.time, event, data, text, binary, from, excluded }
    }
}

impl TryFrom<StoredFields> for StoredMessage {
    type Error = StoredMessageError;

    fn try_from(fields: StoredFields) -> Result<Self, Self::Error> {
        let body = match (fields.event, fields.text, fields.binary) {
            (Some(event), None, None) => Body::Json(event, fields.data.unwrap_or_default()),
            (None, Some(text), None) => Body::Text(text),
            (None, None, Some(binary)) => Body::Binary(BASE64.decode(binary)?.into()),
            _ => return Err(StoredMessageError::Body),
        };
        let from =
            fields.from.map(|from| Arc::new(Sender { client: from.client, user: from.user, prefix: from.prefix }));
        let excluded = fields.excluded.map(|excluded| ExcludedMember {
            node: excluded.node,
            key: MemberKey { place: excluded.place, serial: excluded.serial },
        });
        Ok(Self { message: NewMessage { body, from, key: None, order: None }, time: fields.time, excluded })
    }
}

#[cfg(test)]
mod tests;
