//! Encodes a client's frame field by field, as serde does.

use crate::frame::Target;
use crate::object::Object;
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

impl Object {
    fn verb(&mut self, verb: &Verb) {
        match verb {
            Verb::Auth(auth) => self.text("token", &auth.token),
            Verb::Echo(echo) => self.raw("data", echo.data.text()),
            Verb::Join(join) => {
                self.text("room", join.room.as_str());
                if let Some(since) = &join.since {
                    let mut position = Object::new();
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
                let mut to = Object::new();
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
}
