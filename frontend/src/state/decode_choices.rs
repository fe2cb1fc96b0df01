//! The formats from which messages are decoded, per address.

use super::Stored;
use crate::model::content_format::ContentFormat;
use yodel_protocol::Json;

/// Largest number of addresses; beyond it the oldest choice is dropped.
pub const MAX_CHOICES: usize = 50;
/// Names of a stored choice's fields.
const FIELDS: [&str; 2] = ["url", "format"];

/// Addresses without secrets, and the stored names of the formats that the user chose for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeChoices(Vec<[String; 2]>);

impl DecodeChoices {
    /// Returns the stored name of the format for an address; empty if the content decides.
    pub fn get(&self, url: &str) -> &str {
        self.0.iter().find(|[known, _]| known == url).map_or("", |[_, format]| format)
    }

    /// Changes the format for an address; an empty one removes the choice.
    pub fn set(&mut self, url: &str, format: &str) {
        self.0.retain(|[known, _]| known != url);
        if ContentFormat::of(format).is_some() {
            if self.0.len() == MAX_CHOICES {
                self.0.remove(0);
            }
            self.0.push([url.to_owned(), format.to_owned()]);
        }
    }
}

impl Stored for DecodeChoices {
    fn to_json(&self) -> Json {
        Json::records(FIELDS, self.0.iter().map(|[url, format]| [url.as_str(), format.as_str()]))
    }

    fn from_json(json: &Json) -> Option<Self> {
        json.as_records(FIELDS).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_stored_format() {
        let mut choices = DecodeChoices::default();
        choices.set("ws://a/ws", "cbor");
        assert_eq!(choices.to_json().text(), r#"[{"url":"ws://a/ws","format":"cbor"}]"#);
        assert_eq!(DecodeChoices::from_json(&choices.to_json()), Some(choices));
    }

    #[test]
    fn keeps_one_choice_per_address() {
        let mut choices = DecodeChoices::default();
        choices.set("ws://a", "cbor");
        choices.set("ws://a", "protobuf");
        choices.set("ws://b", "json");
        assert_eq!([choices.get("ws://a"), choices.get("ws://b"), choices.get("ws://c")], ["protobuf", "json", ""]);
        choices.set("ws://a", "");
        choices.set("ws://b", "unknown");
        assert_eq!(choices, DecodeChoices::default());
    }

    #[test]
    fn drops_the_oldest_of_too_many_choices() {
        let mut choices = DecodeChoices::default();
        for n in 0..=MAX_CHOICES {
            choices.set(&n.to_string(), "json");
        }
        assert_eq!([choices.get("0"), choices.get("1")], ["", "json"]);
    }
}
