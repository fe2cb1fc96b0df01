//! What a connection's task shares with those who write to it or tell it something.

use std::sync::OnceLock;
use std::task::Context;

use yodel_protocol::CloseCode;

use super::commands::{Command, CommandFlags};
use super::outbox::Outbox;
use crate::encode::Push;
use crate::hub::Subscriber;

/// The outside of a connection.
#[derive(Debug)]
pub struct ConnectionHandle {
    pub outbox: Outbox,
    commands: CommandFlags,
    /// Why it is to leave, where somebody said so.
    disconnect_reason: OnceLock<Box<(CloseCode, String)>>,
}

impl ConnectionHandle {
    /// A handle with this outbox.
    pub fn new(outbox: Outbox) -> Self {
        Self { outbox, commands: CommandFlags::default(), disconnect_reason: OnceLock::new() }
    }

    /// Tells the task something.
    pub fn send_command(&self, command: Command) {
        self.commands.insert(command);
        self.outbox.wake();
    }

    /// The task is to be woken when it is told something or has something to write. To be called
    /// before it looks, or what comes in between would wake nobody.
    pub fn register(&self, context: &Context<'_>) {
        self.outbox.register(context);
    }

    /// What the task was told.
    pub fn take_command(&self) -> Option<Command> {
        self.commands.take()
    }

    /// With which code and reason it is to be closed, after [`Command::Disconnect`].
    pub fn disconnect_reason(&self) -> Option<(CloseCode, String)> {
        self.disconnect_reason.get().map(|disconnect_reason| (**disconnect_reason).clone())
    }

    /// Something came from the peer.
    pub fn mark_alive(&self) {
        self.commands.mark_alive();
    }

    /// Whether anything came since the last time.
    pub fn take_alive(&self) -> bool {
        self.commands.take_alive()
    }
}

impl Subscriber<Push> for ConnectionHandle {
    fn deliver(&self, push: &Push) {
        self.outbox.deliver(push);
    }

    fn reserve(&self) {
        self.outbox.reserve();
    }

    fn disconnect(&self, code: CloseCode, reason: &str) {
        // The first reason counts.
        let _ = self.disconnect_reason.set(Box::new((code, reason.to_owned())));
        self.send_command(Command::Disconnect);
    }
}
