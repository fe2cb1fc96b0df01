//! The JSON text of saved connections, which is stored in the browser and exported.

use super::{SavedConnection, SavedConnections, saved_connection, saved_connections};
use yodel_protocol::{Json, tokens::Tokenizer};

/// Version of the format. A later version may have fields that this one would lose.
const VERSION: u64 = 1;
/// Field that names the content of the file, and its value.
const KIND: (&str, &str) = ("yodel", "connections");
const VERSION_FIELD: &str = "version";
const CONNECTIONS: &str = "connections";

/// A text that is not a list of connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// Not JSON. Line and column in characters, counted from 1.
    Syntax(usize, usize),
    /// JSON of another kind.
    OtherContent,
    /// A version that this page cannot read.
    Version(String),
    /// A field of a connection is missing or invalid: the number of the connection, counted from 1, and the field.
    Field(usize, &'static str),
    /// A connection is larger than [`MAX_BYTES`](saved_connection::MAX_BYTES): its number, counted from 1.
    TooLarge(usize),
    /// More than [`MAX`](saved_connections::MAX) connections.
    TooMany,
}

impl SavedConnections {
    /// Returns the connections as a JSON text, one per line.
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\"{}\":\"{}\",\"{VERSION_FIELD}\":{VERSION},\"{CONNECTIONS}\":[", KIND.0, KIND.1);
        for (at, connection) in self.connections.iter().enumerate() {
            text.push_str(if at == 0 { "\n" } else { ",\n" });
            text.push_str(connection.to_json().text());
        }
        text.push_str("\n]}\n");
        text
    }

    /// Returns the connections without their [secrets](SavedConnection::without_secrets).
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self { connections: self.connections.iter().map(SavedConnection::without_secrets).collect() }
    }

    /// Reads a JSON text. Ids and names may be missing or occur twice, unless [`Self::to_text`] wrote it.
    ///
    /// # Errors
    /// Returns the first error.
    pub fn from_text(text: &str) -> Result<Self, FormatError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = Json::read(text).ok_or_else(|| syntax_error(text))?;
        let fields = json.as_fields().unwrap_or_default();
        let field = |name| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        if field(KIND.0).and_then(Json::as_string).as_deref() != Some(KIND.1) {
            return Err(FormatError::OtherContent);
        }
        let version = field(VERSION_FIELD).map(Json::text).unwrap_or_default();
        if version.parse() != Ok(VERSION) {
            return Err(FormatError::Version(version.to_owned()));
        }
        let connections = field(CONNECTIONS).and_then(Json::as_elements).ok_or(FormatError::OtherContent)?;
        if connections.len() > saved_connections::MAX {
            return Err(FormatError::TooMany);
        }
        let connections = connections.iter().zip(1..).map(|(json, number)| read(json, number));
        Ok(Self { connections: connections.collect::<Result<_, _>>()? })
    }
}

fn read(json: &Json, number: usize) -> Result<SavedConnection, FormatError> {
    if json.text().len() > saved_connection::MAX_BYTES {
        return Err(FormatError::TooLarge(number));
    }
    SavedConnection::from_json(json).map_err(|field| FormatError::Field(number, field))
}

/// Returns the position of the first token that JSON does not allow.
fn syntax_error(text: &str) -> FormatError {
    let mut tokens = Tokenizer::default();
    while tokens.next(text).is_some() {}
    let before = &text[..tokens.at()];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    FormatError::Syntax(before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::ProtocolChoice;

    fn file(connections: &str) -> String {
        format!(r#"{{"yodel":"connections","version":1,"connections":[{connections}]}}"#)
    }

    #[test]
    fn keeps_its_format() {
        let one = SavedConnection {
            id: "k3".into(),
            name: "Local".into(),
            url: "ws://a/?key=1&x=2".into(),
            protocol: ProtocolChoice::Plain(vec!["chat".into()]),
            token: Some("t".into()),
            parts: vec![("messages".into(), Json::read(r#"[{"name":"a","text":"b"}]"#).unwrap())],
        };
        let list = SavedConnections { connections: vec![one.clone(), SavedConnection { id: "k4".into(), ..one }] };
        let text = list.to_text();
        let expected = concat!(
            "{\"yodel\":\"connections\",\"version\":1,\"connections\":[\n",
            r#"{"id":"k3","name":"Local","url":"ws://a/?key=1&x=2","protocol":"plain","subprotocols":["chat"],"#,
            r#""token":"t","messages":[{"name":"a","text":"b"}]},"#,
            "\n"
        );
        assert!(text.starts_with(expected) && text.ends_with("}\n]}\n"), "{text}");
        assert_eq!(SavedConnections::from_text(&text), Ok(list.clone()));
        let public = list.without_secrets().to_text();
        assert!(!public.contains("token") && !public.contains("key=") && public.contains("ws://a/?x=2"), "{public}");
        assert_eq!(
            SavedConnections::from_text(&SavedConnections::default().to_text()),
            Ok(SavedConnections::default())
        );
    }

    #[test]
    fn reads_files_of_other_programs() {
        let text = "\u{feff}{ \"version\" : 1,\r\n \"yodel\":\"connections\", \"note\": [],
            \"connections\": [ {\"name\":\"a\",\"url\":\"/ws\"} ] }\n";
        assert_eq!(SavedConnections::from_text(text).unwrap().connections[0].name, "a");
    }

    #[test]
    fn reads_the_documented_example() {
        let document = include_str!("../../../../docs/page.md");
        let (_, after) = document.split_once("```json\n").unwrap();
        let (example, _) = after.split_once("```").unwrap();
        let read = SavedConnections::from_text(example).unwrap();
        let [local, orders] = &read.connections[..] else { panic!("two connections") };
        assert_eq!((local.name.as_str(), local.url.as_str()), ("Local", "/ws"));
        assert_eq!(orders.protocol, ProtocolChoice::Plain(vec!["orders.v2".into()]));
        assert!(orders.token.is_some() && orders.part("messages").is_some());
    }

    #[test]
    fn reports_what_is_wrong_and_where() {
        let error = |text: &str| SavedConnections::from_text(text).unwrap_err();
        for (text, line, column) in
            [("", 1, 1), ("{\"é\":1,\n  \"b\": x}", 2, 8), ("[1]\n2", 2, 1), ("{\"a\":1", 1, 7), ("{\"a\":\"b", 1, 6)]
        {
            assert_eq!(error(text), FormatError::Syntax(line, column), "{text}");
        }
        for text in ["null", "{}", "[]", r#"{"yodel":"rules","version":1}"#, r#"{"yodel":"connections","version":1}"#] {
            assert_eq!(error(text), FormatError::OtherContent, "{text}");
        }
        for version in ["2", "0", "1.0", "\"1\""] {
            let text = format!(r#"{{"yodel":"connections","version":{version},"connections":7}}"#);
            assert_eq!(error(&text), FormatError::Version(version.into()));
        }
        let good = r#"{"name":"a","url":"/"}"#;
        assert_eq!(error(&file(&format!(r#"{good},{{"name":"b"}}"#))), FormatError::Field(2, "url"));
        let large = format!(r#"{{"name":"b","url":"/","x":"{}"}}"#, "x".repeat(saved_connection::MAX_BYTES));
        assert_eq!(error(&file(&format!("{good},{large}"))), FormatError::TooLarge(2));
        let many = vec![good; saved_connections::MAX + 1].join(",");
        assert_eq!(error(&file(&many)), FormatError::TooMany);
    }
}
