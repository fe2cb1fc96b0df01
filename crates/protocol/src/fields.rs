//! Decodes a server's frame field by field. Decoders derived by serde, one for each kind of frame, would make up a
//! tenth of the page's download.

use std::borrow::Cow;

use crate::frame::{
    Ack, CallResult, Direct, EchoReply, ErrorReply, From, Goodbye, History, Joined, Message, Pong, Presence,
    PresenceDiff, PresenceEntry, Welcome,
};
use crate::id::InvalidName;
use crate::raw::{Field, string};
use crate::{ClientId, CloseCode, Epoch, ErrorCode, EventName, Id, Json, Offset, RoomName, UserId, raw};

/// Name of a field that is missing or invalid.
pub(crate) type FieldName = &'static str;

/// The fields of a JSON object, each as raw JSON.
pub(crate) struct Fields<'a>(Vec<Field<'a>>);

/// A type that a field can have.
pub(crate) trait Value: Sized {
    /// Decodes a value; returns `None` if the JSON has another type or is invalid.
    fn read(json: &str) -> Option<Self>;
}

impl<'a> Fields<'a> {
    /// Parses an object; returns `None` if the text is not one.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        raw::fields(text).map(Self)
    }

    /// Returns a field that must be present.
    pub(crate) fn required<T: Value>(&self, name: FieldName) -> Result<T, FieldName> {
        self.raw(name).and_then(T::read).ok_or(name)
    }

    /// Returns a field that may be absent or `null`.
    fn optional<T: Value>(&self, name: FieldName) -> Result<Option<T>, FieldName> {
        self.non_null(name).map(|json| T::read(json).ok_or(name)).transpose()
    }

    /// Returns a boolean field; an absent one is false.
    fn flag(&self, name: FieldName) -> Result<bool, FieldName> {
        if self.raw(name).is_some() { self.required(name) } else { Ok(false) }
    }

    fn from(&self) -> Result<Option<From>, FieldName> {
        let Some(json) = self.non_null("from") else { return Ok(None) };
        let from = Fields::read(json).ok_or("from")?;
        Ok(Some(From { client: from.required("client")?, user: from.optional("user")? }))
    }

    /// Decodes an array of objects.
    fn list<T>(&self, name: FieldName, read: fn(&Self) -> Result<T, FieldName>) -> Result<Vec<T>, FieldName> {
        let elements = raw::elements(self.raw(name).ok_or(name)?).ok_or(name)?;
        let read = |json: &'a str| read(&Fields::read(json)?).ok();
        elements.into_iter().map(read).collect::<Option<_>>().ok_or(name)
    }

    /// Returns a field that is present and not `null`.
    fn non_null(&self, name: &str) -> Option<&'a str> {
        self.raw(name).filter(|json| *json != "null")
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, json)| *json)
    }

    pub(crate) fn welcome(&self) -> Result<Welcome, FieldName> {
        Ok(Welcome {
            client: self.required("client")?,
            user: self.optional("user")?,
            version: self.required("version")?,
            node: self.required("node")?,
            plain: self.required("plain")?,
            ping: self.required("ping")?,
            max: self.required("max")?,
            time: self.required("time")?,
            auth_required: self.flag("auth_required")?,
        })
    }

    pub(crate) fn ack(&self) -> Result<Ack, FieldName> {
        Ok(Ack {
            id: self.required("id")?,
            epoch: self.optional("epoch")?,
            offset: self.optional("offset")?,
            duplicate: self.flag("duplicate")?,
            delivered: self.optional("delivered")?,
            forwarded: self.flag("forwarded")?,
            user: self.optional("user")?,
            expires: self.optional("expires")?,
        })
    }

    pub(crate) fn echo_reply(&self) -> Result<EchoReply, FieldName> {
        Ok(EchoReply { id: self.required("id")?, data: self.required("data")?, time: self.required("time")? })
    }

    pub(crate) fn joined(&self) -> Result<Joined, FieldName> {
        Ok(Joined {
            id: self.required("id")?,
            room: self.required("room")?,
            epoch: self.required("epoch")?,
            offset: self.required("offset")?,
            recovered: self.required("recovered")?,
            messages: self.list("messages", Self::message)?,
            users: self.non_null("users").map(|_| self.list("users", Self::presence_entry)).transpose()?,
            more_users: self.flag("more_users")?,
        })
    }

    pub(crate) fn message(&self) -> Result<Message, FieldName> {
        Ok(Message {
            room: self.required("room")?,
            offset: self.optional("offset")?,
            event: self.required("event")?,
            from: self.from()?,
            data: self.required("data")?,
            time: self.required("time")?,
        })
    }

    pub(crate) fn direct(&self) -> Result<Direct, FieldName> {
        Ok(Direct {
            from: self.from()?,
            event: self.required("event")?,
            data: self.required("data")?,
            time: self.required("time")?,
        })
    }

    pub(crate) fn call_result(&self) -> Result<CallResult, FieldName> {
        Ok(CallResult { id: self.required("id")?, data: self.required("data")? })
    }

    pub(crate) fn presence(&self) -> Result<Presence, FieldName> {
        Ok(Presence {
            id: self.required("id")?,
            room: self.required("room")?,
            clients: self.required("clients")?,
            users: self.list("users", Self::presence_entry)?,
            more_users: self.flag("more_users")?,
        })
    }

    pub(crate) fn presence_diff(&self) -> Result<PresenceDiff, FieldName> {
        Ok(PresenceDiff {
            room: self.required("room")?,
            joined: self.list("joined", Self::presence_entry)?,
            left: self.list("left", Self::presence_entry)?,
        })
    }

    pub(crate) fn history(&self) -> Result<History, FieldName> {
        Ok(History {
            id: self.required("id")?,
            room: self.required("room")?,
            epoch: self.required("epoch")?,
            offset: self.required("offset")?,
            messages: self.list("messages", Self::message)?,
            more: self.required("more")?,
        })
    }

    pub(crate) fn pong(&self) -> Result<Pong, FieldName> {
        Ok(Pong { id: self.required("id")?, time: self.required("time")? })
    }

    pub(crate) fn error_reply(&self) -> Result<ErrorReply, FieldName> {
        Ok(ErrorReply {
            id: self.optional("id")?,
            code: self.required("code")?,
            message: self.required("message")?,
            retry: self.required("retry")?,
        })
    }

    pub(crate) fn goodbye(&self) -> Result<Goodbye, FieldName> {
        Ok(Goodbye {
            code: self.required("code")?,
            reason: self.required("reason")?,
            retry_ms: self.required("retry_ms")?,
        })
    }

    fn presence_entry(&self) -> Result<PresenceEntry, FieldName> {
        Ok(PresenceEntry {
            user: self.optional("user")?,
            client: self.optional("client")?,
            clients: self.required("clients")?,
            info: self.optional("info")?,
        })
    }
}

fn name<T>(json: &str, new: fn(&str) -> Result<T, InvalidName>) -> Option<T> {
    new(&string(json)?).ok()
}

macro_rules! names {
    ($($name:ident)*) => {
        $(impl Value for $name {
            fn read(json: &str) -> Option<Self> {
                name(json, Self::new)
            }
        })*
    };
}

names!(ClientId UserId RoomName EventName Epoch);

/// A JSON integer has the same digits as a Rust one.
impl Value for u64 {
    fn read(json: &str) -> Option<Self> {
        json.parse().ok()
    }
}

impl Value for u32 {
    fn read(json: &str) -> Option<Self> {
        Self::try_from(u64::read(json)?).ok()
    }
}

impl Value for CloseCode {
    fn read(json: &str) -> Option<Self> {
        u16::try_from(u64::read(json)?).ok().map(Self)
    }
}

impl Value for Id {
    fn read(json: &str) -> Option<Self> {
        Self::new(u64::read(json)?)
    }
}

impl Value for Offset {
    fn read(json: &str) -> Option<Self> {
        u64::read(json).map(Self)
    }
}

impl Value for bool {
    fn read(json: &str) -> Option<Self> {
        json.parse().ok()
    }
}

impl Value for String {
    fn read(json: &str) -> Option<Self> {
        string(json).map(Cow::into_owned)
    }
}

impl Value for Json {
    fn read(json: &str) -> Option<Self> {
        Some(Self::new(json.to_owned()))
    }
}

impl Value for ErrorCode {
    fn read(json: &str) -> Option<Self> {
        string(json).map(|name| Self::from_wire(&name))
    }
}
