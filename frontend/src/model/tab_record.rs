//! The stored form of a connection, for a reload: its address without secrets, and its protocol. Never a token.

use super::address::ProtocolChoice;
use yodel_client::target::without_secrets;

/// Text of a connection that was dialed.
const DIALED: &str = "dialed";
/// Text of [`ProtocolChoice::Plain`]; the subprotocols follow.
const PLAIN: &str = "plain";
/// Text of [`ProtocolChoice::Envelope`].
const ENVELOPE: &str = "envelope";

/// A connection as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabRecord {
    /// Address without secrets.
    pub url: String,
    /// `true` if the user connected, and did not disconnect.
    pub is_dialed: bool,
    /// Protocol that the user chose.
    pub protocol: ProtocolChoice,
}

impl TabRecord {
    /// Creates a record of a connection to this address.
    pub fn new(url: &str, is_dialed: bool, protocol: ProtocolChoice) -> Self {
        Self { url: without_secrets(url), is_dialed, protocol }
    }

    /// Returns the texts to store.
    pub fn to_texts(&self) -> Vec<String> {
        let (name, offered): (&str, &[String]) = match &self.protocol {
            ProtocolChoice::Automatic => ("", &[]),
            ProtocolChoice::Plain(offered) => (PLAIN, offered),
            ProtocolChoice::Envelope => (ENVELOPE, &[]),
        };
        let dialed = if self.is_dialed { DIALED } else { "" };
        let mut texts = vec![self.url.clone(), dialed.to_owned(), name.to_owned()];
        texts.extend_from_slice(offered);
        texts
    }

    /// Reads stored texts; `None` for those of something else.
    pub fn from_texts(texts: Vec<String>) -> Option<Self> {
        let mut texts = texts.into_iter();
        let (url, dialed, name) = (texts.next()?, texts.next()?, texts.next()?);
        let protocol = match name.as_str() {
            "" => ProtocolChoice::Automatic,
            PLAIN => ProtocolChoice::Plain(texts.collect()),
            ENVELOPE => ProtocolChoice::Envelope,
            _ => return None,
        };
        Some(Self { url, is_dialed: dialed == DIALED, protocol })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_stores() {
        for protocol in [
            ProtocolChoice::Automatic,
            ProtocolChoice::Envelope,
            ProtocolChoice::Plain(Vec::new()),
            ProtocolChoice::Plain(vec!["chat".into(), "v2".into()]),
        ] {
            for is_dialed in [true, false] {
                let record = TabRecord::new("ws://a/ws", is_dialed, protocol.clone());
                assert_eq!(TabRecord::from_texts(record.to_texts()), Some(record));
            }
        }
    }

    #[test]
    fn stores_no_secret() {
        let record = TabRecord::new("ws://user:abc@a/ws?token=abc", true, ProtocolChoice::Automatic);
        assert_eq!(record.to_texts(), ["ws://a/ws", "dialed", ""]);
    }

    #[test]
    fn rejects_other_texts() {
        for texts in [&[][..], &["ws://a/ws", "dialed"], &["ws://a/ws", "", "morse"]] {
            let texts = texts.iter().map(ToString::to_string).collect();
            assert_eq!(TabRecord::from_texts(texts), None);
        }
    }
}
