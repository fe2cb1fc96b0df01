//! Words: what the section about the connection says, and why there is none. `{name}` is a place for a value.

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The section.
    pub heading: &'static str,
    /// The address field.
    pub address: &'static str,
    /// What to speak.
    pub speak: &'static str,
    /// What fits the address.
    pub fitting: &'static str,
    /// Messages as they are.
    pub plain: &'static str,
    /// The own protocol.
    pub envelope: &'static str,
    /// The field for subprotocols.
    pub subprotocols: &'static str,
    /// A subprotocol that is none; `{name}`.
    pub no_token: &'static str,
    /// A subprotocol that is there twice; `{name}`.
    pub twice: &'static str,
    /// The field for a token.
    pub token: &'static str,
    /// Where it is kept.
    pub token_kept: &'static str,
    /// Shows the token.
    pub show: &'static str,
    /// Keeps the token.
    pub remember: &'static str,
    /// The button.
    pub connect: &'static str,
    /// The subprotocol that the server chose; `{name}`.
    pub chosen: &'static str,
    /// It chose none.
    pub none_chosen: &'static str,
    /// The list of addresses.
    pub before: &'static str,
    /// Takes an address out of it; `{url}`.
    pub forget: &'static str,
    /// The explanation.
    pub why: &'static str,
    /// Offers nothing.
    pub without: &'static str,
    /// Takes the explanation away.
    pub close: &'static str,
    /// The own server is being asked.
    pub asking: &'static str,
    /// It does not answer.
    pub down: &'static str,
    /// It answers again.
    pub broke: &'static str,
    /// 401, 403.
    pub forbidden: &'static str,
    /// 404.
    pub nothing_there: &'static str,
    /// 429, 503.
    pub busy: &'static str,
    /// 426.
    pub in_the_way: &'static str,
    /// It answers something else.
    pub no_web_socket: &'static str,
    /// Another server.
    pub opaque: &'static str,
    /// It was reached before.
    pub was_there: &'static str,
    /// Subprotocols.
    pub offered: &'static str,
    /// The own protocol.
    pub offered_envelope: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        connection::Words:
        heading address speak fitting plain envelope subprotocols no_token twice token token_kept show
        remember connect chosen none_chosen before forget why without close asking down broke forbidden
        nothing_there busy in_the_way no_web_socket opaque was_there offered offered_envelope
    }
}
