//! The terminal, which is left as it was found.

use std::io;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// How the terminal was. Dropping it makes it so again: an editor that is not asked to stop would
/// leave it without echo.
pub struct Terminal(Option<Termios>);

impl Terminal {
    /// Remembers it, if there is one.
    pub fn remember() -> Self {
        Self(tcgetattr(io::stdin()).ok())
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
