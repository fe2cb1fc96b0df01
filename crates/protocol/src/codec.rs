//! Encodes and decodes frames.
//!
//! A client's frame is parsed twice: first `type` and `id`, then the fields of that type. serde's tagged enums parse
//! once, but buffer the fields, which would not preserve `data` byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::fields::Fields;
use crate::frame::{ClientFrame, ServerFrame, Verb};
use crate::id::Id;
use crate::raw;

/// Reason why a text is not a valid frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Identifier of the request, if it could be read.
    pub id: Option<Id>,
    /// Explanation for people.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// The fields that are parsed first. They are raw, so that an invalid one does not hide the other.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow, rename = "type")]
    verb: Option<&'a RawValue>,
}

impl<'a> Head<'a> {
    fn read(text: &'a str) -> Result<Self, DecodeError> {
        // serde accepts an array in place of a struct.
        let object = text.trim_ascii_start().starts_with('{');
        let head = if object {
            serde_json::from_str(text).map_err(|error| error.to_string())
        } else {
            Err("not an object".to_owned())
        };
        head.map_err(|error| DecodeError { id: None, message: format!("a frame is a JSON object: {error}") })
    }

    fn id(&self) -> Option<Id> {
        serde_json::from_str(self.id?.get()).ok()
    }

    fn verb(&self) -> Option<Cow<'a, str>> {
        raw::string(self.verb?.get())
    }

    fn error(&self, message: impl Into<String>) -> DecodeError {
        DecodeError { id: self.id(), message: message.into() }
    }

    fn unknown(&self) -> DecodeError {
        match self.verb() {
            None => self.error("`type` is missing or not a string"),
            Some(verb) => {
                let shown: String = verb.chars().take(64).collect();
                self.error(format!("unknown `type` \"{shown}\""))
            }
        }
    }
}

impl ClientFrame {
    /// Decodes a frame.
    ///
    /// # Errors
    /// Returns an error if the text is not a valid frame; it contains the `id` if that could be read.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let head = Head::read(text)?;
        let id = head.id().ok_or_else(|| head.error("`id` is missing or not an integer from 1 to 2^53"))?;
        let verb = match head.verb().as_deref() {
            Some("auth") => fields(text).map(Verb::Auth),
            Some("echo") => fields(text).map(Verb::Echo),
            Some("join") => fields(text).map(Verb::Join),
            Some("publish") => fields(text).map(Verb::Publish),
            Some("broadcast") => fields(text).map(Verb::Broadcast),
            Some("send") => fields(text).map(Verb::Send),
            Some("call") => fields(text).map(Verb::Call),
            Some("leave") => fields(text).map(Verb::Leave),
            Some("presence") => fields(text).map(Verb::Presence),
            Some("history") => fields(text).map(Verb::History),
            Some("ping") => fields(text).map(Verb::Ping),
            _ => return Err(head.unknown()),
        };
        verb.map(|verb| Self { id, verb }).map_err(|error| head.error(error.to_string()))
    }
}

impl ServerFrame {
    /// Decodes a frame.
    ///
    /// # Errors
    /// Returns an error if the text is not a valid frame; it contains the `id` if that could be read.
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let Some(fields) = Fields::read(text) else {
            return Err(DecodeError { id: None, message: "a frame is a JSON object".to_owned() });
        };
        let verb: Option<String> = fields.required("type").ok();
        let frame = match verb.as_deref() {
            Some("welcome") => fields.welcome().map(Self::Welcome),
            Some("ok") => fields.ack().map(Self::Ok),
            Some("echo") => fields.echo_reply().map(Self::Echo),
            Some("joined") => fields.joined().map(Self::Joined),
            Some("message") => fields.message().map(Self::Message),
            Some("direct") => fields.direct().map(Self::Direct),
            Some("result") => fields.call_result().map(Self::Result),
            Some("presence") => fields.presence().map(Self::Presence),
            Some("presence_diff") => fields.presence_diff().map(Self::PresenceDiff),
            Some("history") => fields.history().map(Self::History),
            Some("pong") => fields.pong().map(Self::Pong),
            Some("error") => fields.error_reply().map(Self::Error),
            Some("goodbye") => fields.goodbye().map(Self::Goodbye),
            _ => Err("type"),
        };
        frame.map_err(|name| {
            let message = ["`", name, "` is missing or invalid"].concat();
            DecodeError { id: fields.required("id").ok(), message }
        })
    }
}

impl<M: Serialize> ServerFrame<M> {
    /// Returns the frame as JSON.
    ///
    /// # Panics
    /// Never panics: frames have string keys and integer numbers.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("valid frame")
    }
}

fn fields<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}
