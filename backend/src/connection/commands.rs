//! Commands to the task of a connection, as a bit set: pings and the shutdown need no timer and no future per
//! idle connection.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// A command to the task of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Send a ping.
    Ping = 1,
    /// Close the connection: the peer did not respond to the last ping.
    PingTimeout = 2,
    /// Close the connection: the server shuts down.
    Shutdown = 4,
    /// Close the connection with the code and reason in its handle.
    Disconnect = 8,
}

/// Commands that the task has not taken yet, and the alive flag of the heartbeat.
#[derive(Debug, Default)]
pub struct CommandFlags {
    pending: AtomicU8,
    alive: AtomicBool,
}

impl CommandFlags {
    /// Adds a command. The caller wakes the task.
    pub fn insert(&self, command: Command) {
        self.pending.fetch_or(command as u8, Ordering::Release);
    }

    /// Removes and returns the command with the highest priority: disconnect, shutdown, ping timeout, ping.
    pub fn take(&self) -> Option<Command> {
        let pending = self.pending.load(Ordering::Acquire);
        if pending == 0 {
            return None; // The common case: a load is much cheaper than the exchange below.
        }
        let by_priority = [Command::Disconnect, Command::Shutdown, Command::PingTimeout, Command::Ping];
        let command = by_priority.into_iter().find(|command| pending & *command as u8 != 0)?;
        self.pending.fetch_and(!(command as u8), Ordering::AcqRel);
        Some(command)
    }

    /// Records that the peer sent or accepted bytes.
    pub fn mark_alive(&self) {
        self.alive.store(true, Ordering::Relaxed);
    }

    /// Returns whether the peer was marked alive since the last call, and resets the flag.
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
