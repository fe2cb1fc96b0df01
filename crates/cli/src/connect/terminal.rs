//! The terminal, which is left as it was found.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// How the terminal was. Dropping it makes it so again: an editor that is not asked to stop would
/// leave it without echo.
pub struct Terminal(Option<Termios>);

impl Terminal {
    /// Remembers it, if there is one.
    pub fn remember() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }

    /// Lets the editor have every key, also those that are pressed while it is between two lines: the
    /// terminal would show them twice, and take Ctrl-D for itself.
    pub fn hand_over(&self) {
        let Some(before) = &self.0 else { return };
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        // Without it only haste is punished.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // A terminal that is gone needs nothing.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
