//! A saved connection, and its JSON.

use super::{ChosenConnection, protocol_name};
use crate::model::address::ProtocolChoice;
use yodel_client::target::without_secrets;
use yodel_protocol::Json;

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 100;
/// Longest id, in characters.
const MAX_ID_CHARS: usize = 32;
/// Maximum size of a connection as JSON, in bytes, with its messages and all other parts.
pub const MAX_BYTES: usize = 1 << 20;

const ID: &str = "id";
const NAME: &str = "name";
const URL: &str = "url";
const PROTOCOL: &str = "protocol";
const SUBPROTOCOLS: &str = "subprotocols";
const TOKEN: &str = "token";
/// Part whose values may be secrets, and the fields of its records.
const VARIABLES: &str = "variables";
const VARIABLE_FIELDS: [&str; 2] = ["name", "value"];

/// A saved connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedConnection {
    /// Random text that stays the same while the connection is renamed and moved.
    pub id: String,
    /// Name in the list, which no other connection has.
    pub name: String,
    /// Address.
    pub url: String,
    /// Protocol and offered subprotocols.
    pub protocol: ProtocolChoice,
    /// Token; `None` unless the user saved it.
    pub token: Option<String>,
    /// All other fields, unread: settings of the features that own them, such as saved messages, and fields of later
    /// versions of the page.
    pub parts: Vec<(String, Json)>,
}

impl SavedConnection {
    /// Returns the connection as a JSON object.
    pub fn to_json(&self) -> Json {
        let text = |name, text: &str| (name, Json::string(text));
        let mut fields = vec![
            text(ID, &self.id),
            text(NAME, &self.name),
            text(URL, &self.url),
            text(PROTOCOL, protocol_name::name(&self.protocol)),
        ];
        if let ProtocolChoice::Plain(names) = &self.protocol
            && !names.is_empty()
        {
            fields.push((SUBPROTOCOLS, Json::strings(names.iter().map(String::as_str))));
        }
        fields.extend(self.token.as_ref().map(|token| text(TOKEN, token)));
        let parts = self.parts.iter().map(|(name, value)| (name.as_str(), value));
        Json::from_fields(fields.iter().map(|(name, value)| (*name, value)).chain(parts))
    }

    /// Reads a connection. The id may be missing, and the protocol, which is automatic then.
    ///
    /// # Errors
    /// Returns the name of the first field that is missing or invalid.
    pub fn from_json(json: &Json) -> Result<Self, &'static str> {
        let mut connection = Self::default();
        let (mut protocol, mut subprotocols) = (None, Vec::new());
        for (field, value) in json.as_fields().ok_or(NAME)? {
            let text = |name| value.as_string().map(String::from).ok_or(name);
            match field.as_str() {
                ID => connection.id = text(ID)?,
                NAME => connection.name = text(NAME)?,
                URL => connection.url = text(URL)?,
                PROTOCOL => protocol = Some(text(PROTOCOL)?),
                SUBPROTOCOLS => subprotocols = value.as_strings().ok_or(SUBPROTOCOLS)?,
                TOKEN => connection.token = Some(text(TOKEN)?).filter(|token| !token.is_empty()),
                _ => connection.parts.push((field, value)),
            }
        }
        if !is_id(&connection.id) {
            return Err(ID);
        }
        let name = checked_name(&connection.name).ok_or(NAME)?;
        connection.name = name;
        if connection.url.trim().is_empty() {
            return Err(URL);
        }
        if let Some(name) = protocol {
            connection.protocol = protocol_name::choice(&name, subprotocols).ok_or(PROTOCOL)?;
        }
        Ok(connection)
    }

    /// Returns the connection without its token, without the secrets in its address, and without the values of variables
    /// that are named like a secret.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut public = Self { token: None, url: without_secrets(&self.url), ..self.clone() };
        if let Some(variables) = self.part(VARIABLES).and_then(without_secret_values) {
            public.set_part(VARIABLES, variables);
        }
        public
    }

    /// Returns whether [`Self::without_secrets`] removes anything.
    pub fn has_secrets(&self) -> bool {
        self.without_secrets() != *self
    }

    /// Returns whether the connection is at most [`MAX_BYTES`] large.
    pub fn fits(&self) -> bool {
        self.to_json().text().len() <= MAX_BYTES
    }

    /// Returns a part.
    pub fn part(&self, name: &str) -> Option<&Json> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Replaces a part.
    pub fn set_part(&mut self, name: &str, value: Json) {
        match self.parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.parts.push((name.to_owned(), value)),
        }
    }

    /// Returns what a tab needs to dial the connection after a reload. `url` is the complete address.
    pub fn chosen(&self, url: &str) -> ChosenConnection {
        ChosenConnection::new(&self.id, url, &self.protocol, self.token.as_deref())
    }
}

/// Returns a typed name without the space around it; `None` if it is empty or longer than [`MAX_NAME_CHARS`].
pub fn checked_name(typed: &str) -> Option<String> {
    let name = typed.trim();
    (!name.is_empty() && name.chars().count() <= MAX_NAME_CHARS).then(|| name.to_owned())
}

/// Returns variables without the values of those that are named like a secret; `None` if there are none.
fn without_secret_values(variables: &Json) -> Option<Json> {
    let records = variables.as_records(VARIABLE_FIELDS)?;
    // The address parser knows the words.
    let is_secret = |name: &str| without_secrets(&["?", name, "="].concat()).is_empty();
    let public: Vec<_> = records
        .iter()
        .map(|[name, value]| [name.clone(), if is_secret(name) { String::new() } else { value.clone() }])
        .collect();
    let texts = public.iter().map(|[name, value]| [name.as_str(), value.as_str()]);
    (public != records).then(|| Json::records(VARIABLE_FIELDS, texts))
}

/// Returns whether a text may be an id, which is a part of the page's address. An empty one is replaced by an import.
fn is_id(text: &str) -> bool {
    text.len() <= MAX_ID_CHARS && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SavedConnection, &'static str> {
        SavedConnection::from_json(&Json::read(text).unwrap())
    }

    #[test]
    fn keeps_its_format_and_unknown_fields() {
        for text in [
            r#"{"id":"k3","name":"Local","url":"/ws","protocol":"automatic"}"#,
            r#"{"id":"","name":"a","url":"ws://a","protocol":"yodel.v1","token":"a.b"}"#,
            r#"{"id":"1","name":"é","url":"ws://a","protocol":"plain","subprotocols":["chat"],"messages":[ 1.0 ],"later":{"b":2}}"#,
        ] {
            assert_eq!(read(text).unwrap().to_json().text(), text);
        }
        let short = read(r#"{"url":"/ws","name":" Local "}"#).unwrap();
        assert_eq!((short.name.as_str(), short.id.as_str(), short.protocol), ("Local", "", ProtocolChoice::Automatic));
    }

    #[test]
    fn names_the_invalid_field() {
        let long = format!(r#"{{"name":"{}","url":"/"}}"#, "é".repeat(MAX_NAME_CHARS + 1));
        for (text, field) in [
            ("[]", NAME),
            ("{}", NAME),
            (r#"{"name":" ","url":"/"}"#, NAME),
            (&long, NAME),
            (r#"{"name":"a"}"#, URL),
            (r#"{"name":"a","url":""}"#, URL),
            (r#"{"name":"a","url":["/"]}"#, URL),
            (r#"{"name":"a","url":"/","protocol":"mqtt"}"#, PROTOCOL),
            (r#"{"name":"a","url":"/","protocol":"plain","subprotocols":"chat"}"#, SUBPROTOCOLS),
            (r#"{"name":"a","url":"/","token":1}"#, TOKEN),
            (r#"{"name":"a","url":"/","id":"a&b"}"#, ID),
            (r#"{"name":"a","url":"/","id":7}"#, ID),
        ] {
            assert_eq!(read(text), Err(field), "{text}");
        }
    }

    #[test]
    fn removes_its_secrets() {
        let connection = SavedConnection {
            url: "wss://a/ws?room=1&token=abc".into(),
            token: Some("secret".into()),
            ..SavedConnection::default()
        };
        assert!(connection.has_secrets());
        let public = connection.without_secrets();
        assert_eq!((public.url.as_str(), &public.token), ("wss://a/ws?room=1", &None));
        assert!(!public.has_secrets());
    }

    #[test]
    fn removes_the_values_of_variables_that_are_named_like_a_secret() {
        let variables =
            r#"[{"name":"id","value":"7"},{"name":"AuthToken","value":"abc"},{"name":"a=token","value":"b"}]"#;
        let connection = read(&format!(r#"{{"name":"a","url":"/","variables":{variables}}}"#)).unwrap();
        let public = connection.without_secrets();
        assert_eq!(public.part(VARIABLES).unwrap().text(), variables.replace("abc", ""));
        assert!(connection.has_secrets() && !public.has_secrets());
        for other in ["7", r#"[{"name":"id","value":"7","later":1}]"#] {
            let connection = read(&format!(r#"{{"name":"a","url":"/","variables":{other}}}"#)).unwrap();
            assert!(!connection.has_secrets(), "{other}");
        }
    }

    #[test]
    fn replaces_one_part() {
        let mut connection = read(r#"{"name":"a","url":"/","messages":[],"later":1}"#).unwrap();
        connection.set_part("messages", Json::strings(["x"]));
        connection.set_part("rules", Json::null());
        let parts: Vec<_> = connection.parts.iter().map(|(name, value)| (name.as_str(), value.text())).collect();
        assert_eq!(parts, [("messages", r#"["x"]"#), ("later", "1"), ("rules", "null")]);
        assert_eq!(connection.part("later").map(Json::text), Some("1"));
        assert!(connection.fits());
        connection.set_part("messages", Json::string(&"x".repeat(MAX_BYTES)));
        assert!(!connection.fits());
    }
}
