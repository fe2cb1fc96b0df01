//! A server's frame, field by field. serde would derive a reader for each kind of frame, and together
//! they would be a tenth of what a visitor of a page downloads.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::frame::{
    Direct, Done, Echoed, Failed, From, Goodbye, History, Joined, Message, Outcome, Pong, Presence, PresenceDiff,
    Present, Welcome,
};
use crate::id::BadName;
use crate::{ClientId, CloseCode, Epoch, ErrorCode, EventName, Id, Json, Offset, RoomName, UserId};

/// The name of a field that is missing, or not what it should be.
pub(crate) type Wrong = &'static str;

/// The fields of an object, each as its own JSON.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// What a field can be.
pub(crate) trait Value: Sized {
    /// Reads it; `None` for what is none.
    fn read(json: &RawValue) -> Option<Self>;
}

impl<'a> Fields<'a> {
    /// Reads an object; `None` for what is none.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// A field that has to be there.
    pub(crate) fn need<T: Value>(&self, name: Wrong) -> Result<T, Wrong> {
        self.raw(name).and_then(T::read).ok_or(name)
    }

    /// A field that need not be there.
    fn option<T: Value>(&self, name: Wrong) -> Result<Option<T>, Wrong> {
        self.some(name).map(|json| T::read(json).ok_or(name)).transpose()
    }

    /// Whether something is so; what is not said is not.
    fn flag(&self, name: Wrong) -> Result<bool, Wrong> {
        if self.raw(name).is_some() { self.need(name) } else { Ok(false) }
    }

    fn from(&self) -> Result<Option<From>, Wrong> {
        let Some(json) = self.some("from") else { return Ok(None) };
        let from = Fields::read(json.get()).ok_or("from")?;
        Ok(Some(From { client: from.need("client")?, user: from.option("user")? }))
    }

    /// A list of objects.
    fn list<T>(&self, name: Wrong, read: fn(&Self) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        let list: Vec<Self> = serde_json::from_str(self.raw(name).ok_or(name)?.get()).map_err(|_| name)?;
        list.iter().map(read).collect::<Result<_, _>>().map_err(|_| name)
    }

    /// A field that is there and says something.
    fn some(&self, name: &str) -> Option<&'a RawValue> {
        self.raw(name).filter(|json| json.get() != "null")
    }

    fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(is, _)| is == name).map(|(_, json)| *json)
    }

    pub(crate) fn welcome(&self) -> Result<Welcome, Wrong> {
        Ok(Welcome {
            client: self.need("client")?,
            user: self.option("user")?,
            version: self.need("version")?,
            node: self.need("node")?,
            plain: self.need("plain")?,
            ping: self.need("ping")?,
            max: self.need("max")?,
            time: self.need("time")?,
        })
    }

    pub(crate) fn done(&self) -> Result<Done, Wrong> {
        Ok(Done {
            id: self.need("id")?,
            epoch: self.option("epoch")?,
            offset: self.option("offset")?,
            duplicate: self.flag("duplicate")?,
            delivered: self.option("delivered")?,
            user: self.option("user")?,
            expires: self.option("expires")?,
        })
    }

    pub(crate) fn echoed(&self) -> Result<Echoed, Wrong> {
        Ok(Echoed { id: self.need("id")?, data: self.need("data")?, time: self.need("time")? })
    }

    pub(crate) fn joined(&self) -> Result<Joined, Wrong> {
        Ok(Joined {
            id: self.need("id")?,
            room: self.need("room")?,
            epoch: self.need("epoch")?,
            offset: self.need("offset")?,
            recovered: self.need("recovered")?,
            messages: self.list("messages", Self::message)?,
            users: self.some("users").map(|_| self.list("users", Self::present)).transpose()?,
            more_users: self.flag("more_users")?,
        })
    }

    pub(crate) fn message(&self) -> Result<Message, Wrong> {
        Ok(Message {
            room: self.need("room")?,
            offset: self.option("offset")?,
            event: self.need("event")?,
            from: self.from()?,
            data: self.need("data")?,
            time: self.need("time")?,
        })
    }

    pub(crate) fn direct(&self) -> Result<Direct, Wrong> {
        Ok(Direct {
            from: self.from()?,
            event: self.need("event")?,
            data: self.need("data")?,
            time: self.need("time")?,
        })
    }

    pub(crate) fn outcome(&self) -> Result<Outcome, Wrong> {
        Ok(Outcome { id: self.need("id")?, data: self.need("data")? })
    }

    pub(crate) fn presence(&self) -> Result<Presence, Wrong> {
        Ok(Presence {
            id: self.need("id")?,
            room: self.need("room")?,
            clients: self.need("clients")?,
            users: self.list("users", Self::present)?,
            more_users: self.flag("more_users")?,
        })
    }

    pub(crate) fn presence_diff(&self) -> Result<PresenceDiff, Wrong> {
        Ok(PresenceDiff {
            room: self.need("room")?,
            joined: self.list("joined", Self::present)?,
            left: self.list("left", Self::present)?,
        })
    }

    pub(crate) fn history(&self) -> Result<History, Wrong> {
        Ok(History {
            id: self.need("id")?,
            room: self.need("room")?,
            epoch: self.need("epoch")?,
            offset: self.need("offset")?,
            messages: self.list("messages", Self::message)?,
            more: self.need("more")?,
        })
    }

    pub(crate) fn pong(&self) -> Result<Pong, Wrong> {
        Ok(Pong { id: self.need("id")?, time: self.need("time")? })
    }

    pub(crate) fn failed(&self) -> Result<Failed, Wrong> {
        Ok(Failed {
            id: self.option("id")?,
            code: self.need("code")?,
            message: self.need("message")?,
            retry: self.need("retry")?,
        })
    }

    pub(crate) fn goodbye(&self) -> Result<Goodbye, Wrong> {
        Ok(Goodbye { code: self.need("code")?, reason: self.need("reason")?, retry_ms: self.need("retry_ms")? })
    }

    fn present(&self) -> Result<Present, Wrong> {
        Ok(Present {
            user: self.option("user")?,
            client: self.option("client")?,
            clients: self.need("clients")?,
            info: self.option("info")?,
        })
    }
}

/// A string, borrowed where there is nothing to unescape.
#[derive(serde::Deserialize)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

/// A string as the text that it stands for.
pub(crate) fn text(json: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Word>(json.get()).ok().map(|word| word.0)
}

fn name<T>(json: &RawValue, new: fn(&str) -> Result<T, BadName>) -> Option<T> {
    new(&text(json)?).ok()
}

macro_rules! names {
    ($($name:ident)*) => {
        $(impl Value for $name {
            fn read(json: &RawValue) -> Option<Self> {
                name(json, Self::new)
            }
        })*
    };
}

names!(ClientId UserId RoomName EventName Epoch);

/// JSON writes a whole number as Rust does.
impl Value for u64 {
    fn read(json: &RawValue) -> Option<Self> {
        json.get().parse().ok()
    }
}

impl Value for u32 {
    fn read(json: &RawValue) -> Option<Self> {
        Self::try_from(u64::read(json)?).ok()
    }
}

impl Value for CloseCode {
    fn read(json: &RawValue) -> Option<Self> {
        u16::try_from(u64::read(json)?).ok().map(Self)
    }
}

impl Value for Id {
    fn read(json: &RawValue) -> Option<Self> {
        Self::new(u64::read(json)?)
    }
}

impl Value for Offset {
    fn read(json: &RawValue) -> Option<Self> {
        u64::read(json).map(Self)
    }
}

impl Value for bool {
    fn read(json: &RawValue) -> Option<Self> {
        json.get().parse().ok()
    }
}

impl Value for String {
    fn read(json: &RawValue) -> Option<Self> {
        text(json).map(Cow::into_owned)
    }
}

impl Value for Json {
    fn read(json: &RawValue) -> Option<Self> {
        Some(Self::of_raw(json))
    }
}

impl Value for ErrorCode {
    fn read(json: &RawValue) -> Option<Self> {
        text(json).map(|word| Self::of_word(&word))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Word(name), json)) = map.next_entry()? {
                    fields.push((name, json));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
