//! Rules as JSON. A field that a kind of condition or action does not have is empty.

use super::{Action, Condition, Rule, Rules, Source, list};
use yodel_protocol::Json;

/// Names of a rule's fields. `then` is the JSON of the actions in a string.
const RULE: [&str; 7] = ["id", "name", "on", "when", "path", "value", "then"];
/// Names of an action's fields.
const ACTION: [&str; 4] = ["do", "name", "from", "value"];

impl Rules {
    /// Returns the rules as JSON.
    pub fn to_json(&self) -> Json {
        let records: Vec<_> = self.rules.iter().map(encode_rule).collect();
        Json::records(RULE, records.iter().map(|record| record.each_ref().map(String::as_str)))
    }

    /// Reads rules; `None` if the JSON is not a list of them. Invalid rules are left out.
    pub fn from_json(json: &Json) -> Option<Self> {
        let records = json.as_records(RULE)?.into_iter();
        let rules = records.filter_map(decode_rule).filter(|rule| rule.validate().is_ok()).take(list::MAX);
        Some(Self { rules: rules.collect() })
    }
}

fn encode_rule(rule: &Rule) -> [String; RULE.len()] {
    let none = String::new;
    let (when, path, value) = match &rule.when {
        Condition::Contains(text) => ("contains", none(), text.clone()),
        Condition::Matches(expression) => ("matches", none(), expression.clone()),
        Condition::Json { path, value } => ("json", path.clone(), value.clone()),
    };
    let actions: Vec<_> = rule.then.iter().map(encode_action).collect();
    let then = Json::records(ACTION, actions.iter().map(|record| record.each_ref().map(String::as_str)));
    let on = if rule.is_on { "1" } else { "" };
    [rule.id.to_string(), rule.name.clone(), on.to_owned(), when.to_owned(), path, value, then.text().to_owned()]
}

fn encode_action(action: &Action) -> [String; ACTION.len()] {
    let record = |kind: &str, name: &str, from: &str, value: &str| [kind, name, from, value].map(str::to_owned);
    match action {
        Action::Send { text, delay_ms } => record("send", &delay_ms.to_string(), "", text),
        Action::Set { name, source: Source::Text(text) } => record("set", name, "text", text),
        Action::Set { name, source: Source::Group(group) } => record("set", name, "group", &group.to_string()),
        Action::Set { name, source: Source::Path(path) } => record("set", name, "path", path),
        Action::Mark => record("mark", "", "", ""),
        Action::Notify => record("notify", "", "", ""),
    }
}

fn decode_rule([id, name, on, when, path, value, then]: [String; RULE.len()]) -> Option<Rule> {
    let when = match when.as_str() {
        "contains" => Condition::Contains(value),
        "matches" => Condition::Matches(value),
        "json" => Condition::Json { path, value },
        _ => return None,
    };
    let actions = Json::read(&then)?.as_records(ACTION)?;
    let then = actions.into_iter().map(decode_action).collect::<Option<_>>()?;
    Some(Rule { id: id.parse().ok()?, name, is_on: on == "1", when, then })
}

fn decode_action([kind, name, from, value]: [String; ACTION.len()]) -> Option<Action> {
    Some(match (kind.as_str(), from.as_str()) {
        ("send", _) => Action::Send { text: value, delay_ms: name.parse().ok()? },
        ("set", "text") => Action::Set { name, source: Source::Text(value) },
        ("set", "group") => Action::Set { name, source: Source::Group(value.parse().ok()?) },
        ("set", "path") => Action::Set { name, source: Source::Path(value) },
        ("mark", _) => Action::Mark,
        ("notify", _) => Action::Notify,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_kinds() -> Rules {
        let text = |text: &str| text.to_owned();
        let set = |source| Action::Set { name: text("v"), source };
        let rule = |id, when, then| Rule { id, name: text("a \"name\""), is_on: id != 2, when, then };
        let send = Action::Send { text: text("{{v}}"), delay_ms: 250 };
        let rules = vec![
            rule(1, Condition::Contains(text("ping")), vec![send, Action::Mark, Action::Notify]),
            rule(2, Condition::Matches(text("(a)")), vec![set(Source::Group(1)), set(Source::Text(text("b")))]),
            rule(3, Condition::Json { path: text("a.b"), value: text("1") }, vec![set(Source::Path(text("c")))]),
        ];
        Rules { rules }
    }

    #[test]
    fn reads_what_it_writes() {
        let rules = all_kinds();
        assert_eq!(Rules::from_json(&rules.to_json()), Some(rules));
    }

    #[test]
    fn keeps_the_stored_format() {
        let when = Condition::Json { path: "a".to_owned(), value: "1".to_owned() };
        let rule = Rule { id: 1, name: "n".to_owned(), is_on: true, when, then: vec![Action::Mark] };
        let stored = r#"[{"id":"1","name":"n","on":"1","when":"json","path":"a","value":"1","then":"[{\"do\":\"mark\",\"name\":\"\",\"from\":\"\",\"value\":\"\"}]"}]"#;
        assert_eq!(Rules { rules: vec![rule] }.to_json().text(), stored);
    }

    #[test]
    fn leaves_out_invalid_rules() {
        let stored = all_kinds().to_json().text().replace("\"json\"", "\"later\"").replace("(a)", "");
        let read = Rules::from_json(&Json::read(&stored).unwrap()).unwrap();
        assert_eq!(read.rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), [1]);
        assert_eq!(Rules::from_json(&Json::null()), None);
    }
}
