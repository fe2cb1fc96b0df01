//! The handle of a connection, which its task shares with publishers, the registry and the HTTP API.

use std::sync::OnceLock;
use std::task::Context;

use yodel_protocol::CloseCode;

use super::commands::{Command, CommandFlags};
use super::outbox::Outbox;
use crate::encode::SharedPayload;
use crate::hub::Subscriber;

/// A handle to a connection: its outbox, and commands to its task.
#[derive(Debug)]
pub struct ConnectionHandle {
    pub outbox: Outbox,
    commands: CommandFlags,
    /// Code and reason of [`Command::Disconnect`].
    disconnect_reason: OnceLock<Box<(CloseCode, String)>>,
}

impl ConnectionHandle {
    /// Creates a handle with this outbox.
    pub fn new(outbox: Outbox) -> Self {
        Self { outbox, commands: CommandFlags::default(), disconnect_reason: OnceLock::new() }
    }

    /// Sends a command to the task and wakes it.
    pub fn send_command(&self, command: Command) {
        self.commands.insert(command);
        self.outbox.wake();
    }

    /// Registers the task to be woken by commands and by queued frames. Must be called before the task checks
    /// for them; otherwise a wake-up in between is lost.
    pub fn register(&self, context: &Context<'_>) {
        self.outbox.register(context);
    }

    /// Removes and returns the most urgent command.
    pub fn take_command(&self) -> Option<Command> {
        self.commands.take()
    }

    /// Returns the code and reason of [`Command::Disconnect`].
    pub fn disconnect_reason(&self) -> Option<(CloseCode, String)> {
        self.disconnect_reason.get().map(|disconnect_reason| (**disconnect_reason).clone())
    }

    /// Records that the peer sent or accepted bytes.
    pub fn mark_alive(&self) {
        self.commands.mark_alive();
    }

    /// Returns whether the peer was marked alive since the last call, and resets the flag.
    pub fn take_alive(&self) -> bool {
        self.commands.take_alive()
    }
}

impl Subscriber<SharedPayload> for ConnectionHandle {
    fn deliver(&self, payload: &SharedPayload) {
        self.outbox.deliver(payload);
    }

    fn offer(&self, payload: &SharedPayload) -> bool {
        self.outbox.offer(payload)
    }

    fn reserve(&self) {
        self.outbox.reserve();
    }

    fn disconnect(&self, code: CloseCode, reason: &str) {
        // The first call wins.
        let _ = self.disconnect_reason.set(Box::new((code, reason.to_owned())));
        self.send_command(Command::Disconnect);
    }
}
