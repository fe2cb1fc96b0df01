//! Strings of the controls of the connection.

/// Strings of the controls of the connection in one language.
#[derive(Debug)]
pub struct ControlStrings {
    /// Checkbox: the page dials again after a lost connection.
    pub reconnect: &'static str,
    /// Button that sends a ping.
    pub ping: &'static str,
    /// Reason why there is no ping for plain messages.
    pub no_ping: &'static str,
    /// Status: the server has not replied yet.
    pub waiting: &'static str,
    /// Result: the round-trip time of `{n}` milliseconds.
    pub latency: &'static str,
    /// Error: there is no open connection.
    pub not_connected: &'static str,
    /// Heading of the form that closes the connection.
    pub close_with: &'static str,
    /// Label of the field for the close code.
    pub code: &'static str,
    /// Label of the field for the close reason.
    pub reason: &'static str,
    /// Size of the reason: `{n}` of at most `{max}` bytes.
    pub reason_size: &'static str,
    /// Error: browsers do not permit the code.
    pub invalid_code: &'static str,
    /// Error: the reason has `{n}` bytes, more than `{max}`.
    pub reason_too_long: &'static str,
    /// Button that closes the connection.
    pub close: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        control::ControlStrings:
        reconnect ping no_ping waiting latency not_connected close_with code reason reason_size invalid_code
        reason_too_long close
    }
}
