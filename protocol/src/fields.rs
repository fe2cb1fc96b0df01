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

/// The name of a field that is missing, or not what it should be.
pub(crate) type Wrong = &'static str;

/// The fields of an object, each as its own JSON.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A string, borrowed where there is nothing to unescape.
#[derive(serde::Deserialize)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Fields<'a> {
    /// Reads an object; `None` for what is none.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// A word that need not be there.
    pub(crate) fn word(&self, name: &str) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Word>(self.raw(name)?.get()).ok().map(|word| word.0)
    }

    /// A field that has to be there.
    pub(crate) fn need<T: Deserialize<'a>>(&self, name: Wrong) -> Result<T, Wrong> {
        let value = self.raw(name).ok_or(name)?;
        serde_json::from_str(value.get()).map_err(|_| name)
    }

    /// A field that has a meaning also when it is not there.
    fn or_default<T: Deserialize<'a> + Default>(&self, name: Wrong) -> Result<T, Wrong> {
        if self.raw(name).is_some() { self.need(name) } else { Ok(T::default()) }
    }

    /// An object in a field, or none.
    fn perhaps<T>(&self, name: Wrong, read: fn(&Self) -> Result<T, Wrong>) -> Result<Option<T>, Wrong> {
        match self.or_default::<Option<Self>>(name)? {
            Some(fields) => read(&fields).map(Some).map_err(|_| name),
            None => Ok(None),
        }
    }

    /// A list of objects.
    fn list<T>(&self, name: Wrong, read: fn(&Self) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        let list: Vec<Self> = self.need(name)?;
        list.iter().map(read).collect::<Result<_, _>>().map_err(|_| name)
    }

    fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(is, _)| is == name).map(|(_, value)| *value)
    }

    pub(crate) fn welcome(&self) -> Result<Welcome, Wrong> {
        Ok(Welcome {
            client: self.need("client")?,
            user: self.or_default("user")?,
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
            epoch: self.or_default("epoch")?,
            offset: self.or_default("offset")?,
            duplicate: self.or_default("duplicate")?,
            delivered: self.or_default("delivered")?,
            user: self.or_default("user")?,
            expires: self.or_default("expires")?,
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
            users: if self.raw("users").is_some_and(|users| users.get() != "null") {
                Some(self.list("users", Self::present)?)
            } else {
                None
            },
            more_users: self.or_default("more_users")?,
        })
    }

    pub(crate) fn message(&self) -> Result<Message, Wrong> {
        Ok(Message {
            room: self.need("room")?,
            offset: self.or_default("offset")?,
            event: self.need("event")?,
            from: self.perhaps("from", Self::from)?,
            data: self.need("data")?,
            time: self.need("time")?,
        })
    }

    pub(crate) fn direct(&self) -> Result<Direct, Wrong> {
        Ok(Direct {
            from: self.perhaps("from", Self::from)?,
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
            more_users: self.or_default("more_users")?,
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
            id: self.or_default("id")?,
            code: self.need("code")?,
            message: self.need("message")?,
            retry: self.need("retry")?,
        })
    }

    pub(crate) fn goodbye(&self) -> Result<Goodbye, Wrong> {
        Ok(Goodbye { code: self.need("code")?, reason: self.need("reason")?, retry_ms: self.need("retry_ms")? })
    }

    fn from(&self) -> Result<From, Wrong> {
        Ok(From { client: self.need("client")?, user: self.or_default("user")? })
    }

    fn present(&self) -> Result<Present, Wrong> {
        Ok(Present {
            user: self.or_default("user")?,
            client: self.or_default("client")?,
            clients: self.need("clients")?,
            info: self.or_default("info")?,
        })
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
                while let Some((Word(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
