//! Strings of event streams.

/// Strings of event streams in one language.
#[derive(Debug)]
pub struct StreamStrings {
    /// Label of the field for names of events.
    pub event_names: &'static str,
    /// Hint below that field.
    pub event_names_hint: &'static str,
    /// Hint: what browsers cannot do.
    pub headers: &'static str,
    /// Error: `{name}` cannot be the name of an event; at most `{max}` bytes.
    pub invalid_event_name: &'static str,
    /// Error: more than `{max}` names.
    pub too_many_event_names: &'static str,
    /// Diagnosis: waiting for a response of the server.
    pub checking: &'static str,
    /// Diagnosis: the page has TLS and the address has not.
    pub mixed_content: &'static str,
    /// Diagnosis: no response.
    pub server_down: &'static str,
    /// Diagnosis: the server does not allow the page’s `{origin}`.
    pub missing_cors: &'static str,
    /// Diagnosis: status 426.
    pub web_socket: &'static str,
    /// Diagnosis: another `{status}` than 200.
    pub status: &'static str,
    /// Diagnosis: a response without a content type.
    pub no_content_type: &'static str,
    /// Diagnosis: a response of another `{type}`.
    pub content_type: &'static str,
    /// Diagnosis: the server responds with an event stream now.
    pub interrupted: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        stream::StreamStrings:
        event_names event_names_hint headers invalid_event_name too_many_event_names checking mixed_content
        server_down missing_cors web_socket status no_content_type content_type interrupted
    }
}
