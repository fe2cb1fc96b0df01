//! Strings of the connection panel.

/// Strings of the connection panel in one language.
#[derive(Debug)]
pub struct ConnectionStrings {
    /// Heading of the section.
    pub heading: &'static str,
    /// Label of the URL field.
    pub url: &'static str,
    /// Label of the choice of a protocol.
    pub protocol: &'static str,
    /// Protocol: selected by the URL.
    pub automatic: &'static str,
    /// Protocol: messages without an envelope.
    pub plain: &'static str,
    /// Protocol: `yodel.v1`.
    pub envelope: &'static str,
    /// Label of the field for subprotocols.
    pub subprotocols: &'static str,
    /// Error: `{name}` is not a token of RFC 6455.
    pub invalid_subprotocol: &'static str,
    /// Error: `{name}` is a duplicate.
    pub duplicate_subprotocol: &'static str,
    /// Label of the token field.
    pub token: &'static str,
    /// Error: the token cannot be sent as a subprotocol.
    pub invalid_token: &'static str,
    /// Hint below the token field.
    pub token_storage: &'static str,
    /// Checkbox that shows the token.
    pub show_token: &'static str,
    /// Checkbox that stores the token.
    pub remember_token: &'static str,
    /// Hint below them: what browsers cannot do.
    pub headers: &'static str,
    /// Button that opens a connection.
    pub connect: &'static str,
    /// Subprotocol that the server selected; `{name}`.
    pub subprotocol: &'static str,
    /// The server selected none.
    pub no_subprotocol: &'static str,
    /// Heading of the recent URLs.
    pub recent: &'static str,
    /// Button that removes `{url}` from them.
    pub remove: &'static str,
    /// Label of the diagnosis bar.
    pub diagnosis: &'static str,
    /// Button of the diagnosis.
    pub retry_without_subprotocol: &'static str,
    /// Button that closes the diagnosis.
    pub close: &'static str,
    /// Diagnosis: waiting for a response of the page's server.
    pub checking: &'static str,
    /// After a cause that may pass: the page reconnects.
    pub reconnects: &'static str,
    /// Diagnosis: no response.
    pub server_down: &'static str,
    /// Diagnosis: the server responds, and the connection was open before.
    pub interrupted: &'static str,
    /// Diagnosis: status 401 or 403.
    pub forbidden: &'static str,
    /// Diagnosis: status 404.
    pub not_found: &'static str,
    /// Diagnosis: status 429 or 503.
    pub at_capacity: &'static str,
    /// Diagnosis: status 426.
    pub handshake_blocked: &'static str,
    /// Diagnosis: any other status.
    pub not_websocket: &'static str,
    /// Diagnosis: another server, for which browsers report only 1006.
    pub unknown_cause: &'static str,
    /// Diagnosis: another server, connected before.
    pub known_server_down: &'static str,
    /// Diagnosis: subprotocols were requested.
    pub subprotocols_rejected: &'static str,
    /// Diagnosis: `yodel.v1` was requested.
    pub envelope_rejected: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        connection::ConnectionStrings:
        heading url protocol automatic plain envelope subprotocols invalid_subprotocol duplicate_subprotocol token
        invalid_token token_storage show_token remember_token headers connect subprotocol no_subprotocol recent remove diagnosis
        retry_without_subprotocol close checking reconnects server_down interrupted forbidden not_found at_capacity
        handshake_blocked not_websocket unknown_cause known_server_down subprotocols_rejected envelope_rejected
    }
}
