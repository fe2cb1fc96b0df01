//! Saves and restores the terminal's modes.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The terminal's original modes. They are restored on drop: a thread of the line editor that is not joined would
/// leave the terminal without echo.
pub struct TerminalModes(Option<Termios>);

impl TerminalModes {
    /// Saves the modes, if standard input is a terminal.
    pub fn save() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }

    /// Disables canonical mode and echo, so that keys pressed between two lines go to the editor too. Otherwise the
    /// terminal would show them twice and handle Ctrl-D itself.
    pub fn enable_raw_input(&self) {
        let Some(before) = &self.0 else { return };
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        // Best effort: only keys typed between two lines are affected.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
    }
}

impl Drop for TerminalModes {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // A terminal that was closed needs no restoration.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
