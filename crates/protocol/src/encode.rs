//! Encodes a client's frame field by field, as serde does. serde's serializers would be 2 % of the page's download.

use crate::frame::Target;
use crate::{ClientFrame, Verb};

impl ClientFrame {
    /// Returns the frame as JSON.
    pub fn encode(&self) -> String {
        let mut object = Object::new();
        object.number("id", self.id.get());
        object.text("type", self.verb.name());
        object.verb(&self.verb);
        object.end()
    }
}

impl Verb {
    fn name(&self) -> &'static str {
        match self {
            Self::Auth(_) => "auth",
            Self::Echo(_) => "echo",
            Self::Join(_) => "join",
            Self::Publish(_) => "publish",
            Self::Broadcast(_) => "broadcast",
            Self::Send(_) => "send",
            Self::Call(_) => "call",
            Self::Leave(_) => "leave",
            Self::Presence(_) => "presence",
            Self::History(_) => "history",
            Self::Ping(_) => "ping",
        }
    }
}

/// Appends a JSON string: escapes quotes, backslashes and control characters.
pub(crate) fn write_string(text: &str, json: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    json.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\0'..'\u{20}' => {
                json.push_str("\\u00");
                json.push(if character < '\u{10}' { '0' } else { '1' });
                json.push(char::from(DIGITS[character as usize % 16]));
                continue;
            }
            _ => {
                json.push(character);
                continue;
            }
        };
        json.push('\\');
        json.push(escape);
    }
    json.push('"');
}

/// A JSON object that is written field by field.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    fn verb(&mut self, verb: &Verb) {
        match verb {
            Verb::Auth(auth) => self.text("token", &auth.token),
            Verb::Echo(echo) => self.raw("data", echo.data.text()),
            Verb::Join(join) => {
                self.text("room", join.room.as_str());
                if let Some(since) = &join.since {
                    let mut position = Self::new();
                    position.text("epoch", since.epoch.as_str());
                    position.number("offset", since.offset.0);
                    self.raw("since", &position.end());
                }
            }
            Verb::Publish(publish) => {
                self.text("room", publish.room.as_str());
                self.event(publish.event.as_str(), publish.data.text());
                if let Some(key) = &publish.key {
                    self.text("key", key.as_str());
                }
                if !publish.echo {
                    self.raw("echo", "false");
                }
            }
            Verb::Broadcast(broadcast) => self.event(broadcast.event.as_str(), broadcast.data.text()),
            Verb::Send(send) => {
                let mut to = Self::new();
                match &send.to {
                    Target::User(user) => to.text("user", user.as_str()),
                    Target::Client(client) => to.text("client", client.as_str()),
                }
                self.raw("to", &to.end());
                self.event(send.event.as_str(), send.data.text());
            }
            Verb::Call(call) => self.event(call.event.as_str(), call.data.text()),
            Verb::Leave(request) | Verb::Presence(request) => self.text("room", request.room.as_str()),
            Verb::History(request) => {
                self.text("room", request.room.as_str());
                if let Some(before) = request.before {
                    self.number("before", before.0);
                }
                if let Some(limit) = request.limit {
                    self.number("limit", limit.into());
                }
            }
            Verb::Ping(_) => {}
        }
    }

    fn event(&mut self, event: &str, data: &str) {
        self.text("event", event);
        self.raw("data", data);
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        write_string(text, &mut self.0);
    }

    fn number(&mut self, name: &str, number: u64) {
        self.raw(name, &number.to_string());
    }

    fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.0.push_str(json);
    }

    /// Appends the name of a field, which needs no escapes.
    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_serde_does() {
        let controls: String = ('\0'..='\u{ff}').collect();
        for text in ["", "plain é \u{1f600} \u{2028}", "\"quoted\" \\ /", &controls] {
            let mut json = String::new();
            write_string(text, &mut json);
            assert_eq!(json, serde_json::to_string(text).unwrap());
        }
    }
}
