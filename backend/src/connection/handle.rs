//! The handle of a connection, which its task shares with publishers, the registry and the HTTP API.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Context;

use yodel_protocol::CloseCode;

use super::commands::{Command, CommandFlags};
use super::memory_budget::MemoryPart;
use super::outbox::Outbox;
use crate::encode::{SharedPayload, WireFormat};
use crate::hub::Subscriber;

/// A handle to a connection: its outbox, and commands to its task.
#[derive(Debug)]
pub struct ConnectionHandle {
    pub outbox: Outbox,
    commands: CommandFlags,
    /// Code and reason of [`Command::Disconnect`].
    disconnect_reason: OnceLock<Box<(CloseCode, String)>>,
    /// Memory of input that is not handled, and of compression contexts, in bytes.
    input: [AtomicU32; 2],
}

/// Parts of the memory that the task of a connection reports.
const INPUT_PARTS: [MemoryPart; 2] = [MemoryPart::Messages, MemoryPart::Compression];

impl ConnectionHandle {
    /// Creates a handle with this outbox.
    pub fn new(outbox: Outbox) -> Self {
        let (commands, disconnect_reason) = (CommandFlags::default(), OnceLock::new());
        Self { outbox, commands, disconnect_reason, input: Default::default() }
    }

    /// Reports the memory of input that is not handled, and of compression contexts, in bytes.
    pub fn report_memory(&self, input: usize, compression: usize) {
        for ((memory, part), after) in self.input.iter().zip(INPUT_PARTS).zip([input, compression]) {
            // Only the task of the connection reports.
            let (before, after) = (memory.load(Ordering::Relaxed), u32::try_from(after).unwrap_or(u32::MAX));
            if before != after {
                memory.store(after, Ordering::Relaxed);
                self.outbox.budget().replace(part, before as usize, after as usize);
            }
        }
    }

    /// Returns the memory that the connection buffers, in bytes.
    pub fn memory(&self) -> usize {
        self.outbox.memory() + self.input.iter().map(|memory| memory.load(Ordering::Relaxed) as usize).sum::<usize>()
    }

    /// Discards everything that is queued, and closes the connection without a close frame. Returns false if it was
    /// shed before.
    pub fn shed(&self) -> bool {
        let is_plain = self.outbox.format() == WireFormat::Plain;
        let code = if is_plain { CloseCode::TRY_AGAIN_LATER } else { CloseCode::TOO_SLOW };
        // The reason first: without it, the error of the next write would be the reason.
        self.disconnect(code, "too much buffered");
        let is_first = self.outbox.discard();
        if is_first {
            self.outbox.budget().add_shed();
            // Again: the task may have run between the command and the loss of its queue.
            self.outbox.wake();
        }
        is_first
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

impl Drop for ConnectionHandle {
    fn drop(&mut self) {
        self.report_memory(0, 0);
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
