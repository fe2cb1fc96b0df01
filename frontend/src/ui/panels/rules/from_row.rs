//! A rule for the selected row.

use super::{engine::Engine, list::label};
use crate::{
    model::{
        log::Body,
        rules::{Condition, Rule},
    },
    ui::widgets::button,
};
use leptos::prelude::*;
use std::borrow::Cow;
use yodel_protocol::{
    Json,
    tokens::{TokenKind, Tokenizer},
};

/// Maximum number of characters of a text that becomes a condition.
const MAX_CHARS: usize = 80;

/// Returns the button that opens the form with a condition for the selected row.
pub fn make_button() -> AnyView {
    let engine = Engine::from_context();
    let make = move || {
        let page = engine.page;
        let row = page.list.selected.get_untracked().and_then(|id| page.log.entry(id));
        if let Some(Body::Received { text, .. } | Body::Sent { text, .. }) = row.map(|row| row.body) {
            engine.draft.set(Some(Rule { is_on: true, when: condition(&text), ..Rule::default() }));
        }
    };
    button("btn", label(engine, |strings| strings.make), make)
}

/// Returns a condition that a message meets: its first field with a string, number or keyword, or the start of its
/// first line.
fn condition(text: &str) -> Condition {
    first_field(text).unwrap_or_else(|| {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        Condition::Contains(line.trim().chars().take(MAX_CHARS).collect())
    })
}

fn first_field(text: &str) -> Option<Condition> {
    let mut tokens = Tokenizer::default();
    let mut name = None;
    while !tokens.is_complete() {
        tokens.skip_whitespace(text);
        let at = tokens.at();
        let token = tokens.next(text)?;
        let json = &text[at..at + token.length];
        match (token.kind, tokens.depth()) {
            (TokenKind::Name, 1) => name = Some(json),
            (TokenKind::Scalar, 1) if json.len() <= MAX_CHARS => {
                let value = Json::read(json)?.as_string().map_or_else(|| json.to_owned(), Cow::into_owned);
                return Some(Condition::Json { path: path(name?), value });
            }
            _ => {}
        }
    }
    None
}

/// Returns the path of a field, whose name is in quotes.
fn path(name: &str) -> String {
    let inner = name.trim_matches('"');
    let is_plain = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain { inner.to_owned() } else { ["[", name, "]"].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rules::{Action, RuleSet, Rules};

    #[test]
    fn the_message_meets_its_condition() {
        for (text, expected) in [
            (r#"{"a":[1],"type":"or\"der","n":1}"#, Condition::Json { path: "type".into(), value: "or\"der".into() }),
            (r#"{"a.b": 1.50}"#, Condition::Json { path: "[\"a.b\"]".into(), value: "1.50".into() }),
            ("\n  hello you\nmore", Condition::Contains("hello you".into())),
            ("[1,2]", Condition::Contains("[1,2]".into())),
        ] {
            let when = condition(text);
            assert_eq!(when, expected, "{text}");
            let rule = Rule { id: 1, name: String::new(), is_on: true, when, then: vec![Action::Mark] };
            let mut met = 0;
            RuleSet::new(&Rules { rules: vec![rule] }).check(text, |_, _| met += 1);
            assert_eq!(met, 1, "{text}");
        }
    }
}
