//! Commands whose requests are not answered yet.

use std::collections::HashMap;

use yodel_client::{Delivery, Effect, MessageId};
use yodel_protocol::ServerFrame;

use super::failure_text::rejected;

/// Names of the commands that are not answered yet.
#[derive(Debug, Default)]
pub struct PendingCommands {
    names: HashMap<MessageId, &'static str>,
}

impl PendingCommands {
    /// Adds a command, which sends the request with this id.
    pub fn add(&mut self, id: MessageId, name: &'static str) {
        self.names.insert(id, name);
    }

    /// Handles an effect. Returns a message with the name of the command if the effect ends one without success.
    pub fn failure(&mut self, effect: &Effect) -> Option<String> {
        let (id, reason) = match effect {
            Effect::Reply(id, reply) => {
                let name = self.names.remove(id)?;
                let ServerFrame::Error(error) = &**reply else { return None };
                return Some(rejected(&format!("{name} failed"), error.code, &error.message));
            }
            Effect::OutboxFull(id) => (id, "too many messages are queued"),
            Effect::Delivery(id, Delivery::Failed) => (id, "not sent; try again when the connection is open"),
            Effect::Delivery(id, Delivery::Unconfirmed) => (id, "the connection was lost before the server replied"),
            _ => return None,
        };
        self.names.remove(id).map(|name| format!("{name} failed: {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: MessageId = MessageId(1);

    fn reply(text: &str) -> Effect {
        Effect::Reply(ID, Box::new(ServerFrame::decode(text).expect("a valid frame")))
    }

    #[test]
    fn errors_name_the_command() {
        let rejection = r#"{"type":"error","id":1,"code":"forbidden","message":"no","retry":false}"#;
        for (effect, message) in [
            (reply(rejection), "/who failed: forbidden: no; use a --token-file that permits it"),
            (Effect::OutboxFull(ID), "/who failed: too many messages are queued"),
            (Effect::Delivery(ID, Delivery::Failed), "/who failed: not sent; try again when the connection is open"),
            (
                Effect::Delivery(ID, Delivery::Unconfirmed),
                "/who failed: the connection was lost before the server replied",
            ),
        ] {
            let mut commands = PendingCommands::default();
            assert_eq!(commands.failure(&effect), None, "the request is not one of a command");
            commands.add(ID, "/who");
            assert_eq!(commands.failure(&Effect::Delivery(ID, Delivery::Sent)), None);
            assert_eq!(commands.failure(&effect).as_deref(), Some(message));
            assert_eq!(commands.failure(&Effect::Delivery(ID, Delivery::Failed)), None, "it is reported once");
        }
    }

    #[test]
    fn a_reply_ends_a_command() {
        let mut commands = PendingCommands::default();
        commands.add(ID, "/to");
        assert_eq!(commands.failure(&reply(r#"{"type":"ok","id":1,"delivered":1}"#)), None);
        assert_eq!(commands.failure(&Effect::Delivery(ID, Delivery::Unconfirmed)), None);
    }
}
