//! The saved connection that the user chose in a tab, as the session storage keeps it. A reload dials it before the
//! list of saved connections is read, which only the tools can do.

use super::protocol_name;
use crate::model::address::ProtocolChoice;

/// The saved connection that the user chose in a tab, as texts: id, complete URL, protocol, token (or an empty text),
/// and the subprotocols. The first screen stores and dials them, and never writes them anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenConnection(pub Vec<String>);

impl ChosenConnection {
    /// Creates the texts.
    pub fn new(id: &str, url: &str, protocol: &ProtocolChoice, token: Option<&str>) -> Self {
        let subprotocols = if let ProtocolChoice::Plain(names) = protocol { names.as_slice() } else { &[] };
        let texts = [id, url, protocol_name::name(protocol), token.unwrap_or_default()].map(str::to_owned);
        Self(texts.into_iter().chain(subprotocols.iter().cloned()).collect())
    }

    /// Returns the id in the list of saved connections.
    pub fn id(&self) -> &str {
        self.text(0)
    }

    /// Returns the URL.
    pub fn url(&self) -> &str {
        self.text(1)
    }

    /// Returns the protocol with the offered subprotocols; an unknown one is automatic.
    pub fn protocol(&self) -> ProtocolChoice {
        let subprotocols = self.0.get(4..).unwrap_or_default();
        protocol_name::choice(self.text(2), subprotocols.to_vec()).unwrap_or_default()
    }

    /// Returns the token; `None` if it was not saved.
    pub fn token(&self) -> Option<&str> {
        Some(self.text(3)).filter(|token| !token.is_empty())
    }

    fn text(&self, at: usize) -> &str {
        self.0.get(at).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_values_that_were_chosen() {
        let offered = ProtocolChoice::Plain(vec!["chat".into(), "mqtt".into()]);
        for protocol in [ProtocolChoice::Automatic, ProtocolChoice::Envelope, offered] {
            for token in [None, Some("a.b.c")] {
                let chosen = ChosenConnection::new("k3", "ws://a/", &protocol, token);
                assert_eq!((chosen.id(), chosen.url(), chosen.token()), ("k3", "ws://a/", token));
                assert_eq!(chosen.protocol(), protocol);
            }
        }
    }

    #[test]
    fn reads_other_texts_as_an_empty_choice() {
        let chosen = ChosenConnection::default();
        assert_eq!((chosen.id(), chosen.url(), chosen.token()), ("", "", None));
        let other = ChosenConnection(["k3", "ws://a/", "mqtt"].map(str::to_owned).into());
        assert_eq!((other.id(), other.protocol()), ("k3", ProtocolChoice::Automatic));
    }
}
