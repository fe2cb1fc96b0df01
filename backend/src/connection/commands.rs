//! What a connection's task is told from outside: a few bits, so that neither the heartbeat nor the
//! stop of the server costs an idle connection a timer or a future of its own.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Send a ping.
    Ping = 1,
    /// The peer did not answer the last one: close.
    PingTimeout = 2,
    /// The server stops: close.
    Shutdown = 4,
    /// Somebody who may do that wants it closed.
    Disconnect = 8,
}

/// CommandFlags that were pending and not yet taken; and whether the peer was alive.
#[derive(Debug, Default)]
pub struct CommandFlags {
    pending: AtomicU8,
    alive: AtomicBool,
}

impl CommandFlags {
    /// Raises a command; the task has to be woken then.
    pub fn insert(&self, command: Command) {
        self.pending.fetch_or(command as u8, Ordering::Release);
    }

    /// Takes the most by_priority command.
    pub fn take(&self) -> Option<Command> {
        let pending = self.pending.load(Ordering::Acquire);
        if pending == 0 {
            return None; // Nearly always, and much cheaper than the exchange below.
        }
        let by_priority = [Command::Disconnect, Command::Shutdown, Command::PingTimeout, Command::Ping];
        let command = by_priority.into_iter().find(|command| pending & *command as u8 != 0)?;
        self.pending.fetch_and(!(command as u8), Ordering::AcqRel);
        Some(command)
    }

    /// Something came from the peer.
    pub fn mark_alive(&self) {
        self.alive.store(true, Ordering::Relaxed);
    }

    /// Whether anything came since the last time.
    pub fn take_alive(&self) -> bool {
        self.alive.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_each_command_once_by_priority() {
        let commands = CommandFlags::default();
        assert_eq!(commands.take(), None);
        for command in [Command::Ping, Command::Shutdown, Command::Disconnect, Command::PingTimeout, Command::Ping] {
            commands.insert(command);
        }
        let taken: Vec<_> = std::iter::from_fn(|| commands.take()).collect();
        assert_eq!(taken, [Command::Disconnect, Command::Shutdown, Command::PingTimeout, Command::Ping]);
    }

    #[test]
    fn resets_the_alive_flag_when_it_is_taken() {
        let commands = CommandFlags::default();
        assert!(!commands.take_alive());
        commands.mark_alive();
        assert!(commands.take_alive());
        assert!(!commands.take_alive());
    }
}
