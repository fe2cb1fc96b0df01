use super::*;

fn rule(id: u32, when: Condition, then: Vec<Action>) -> Rule {
    Rule { id, name: format!("rule {id}"), is_on: true, when, then }
}

fn contains(text: &str) -> Condition {
    Condition::Contains(text.to_owned())
}

fn json(path: &str, value: &str) -> Condition {
    Condition::Json { path: path.to_owned(), value: value.to_owned() }
}

fn met(set: &RuleSet, text: &str) -> Vec<u32> {
    let mut met = Vec::new();
    set.check(text, |index, _| met.push(set.rules[index].id));
    met
}

#[test]
fn checks_every_rule_that_is_on() {
    let mut rules = Rules {
        rules: vec![
            rule(1, contains("ping"), vec![Action::Mark]),
            rule(2, json("type", "ping"), vec![Action::Mark]),
            rule(3, json("n", ""), vec![Action::Mark]),
            rule(4, Condition::Matches("ping".to_owned()), vec![Action::Mark]),
            rule(5, contains("ping"), vec![Action::Mark]),
        ],
    };
    rules.switch(5, false);
    let set = RuleSet::new(&rules);
    assert_eq!(met(&set, r#"{"type":"ping","n":null}"#), [1, 2, 3]);
    assert_eq!(met(&set, r#"{"type":"pong","n":0}"#), [3]);
    assert_eq!(met(&set, "ping"), [1]);
    assert_eq!(met(&set, "PING"), [0; 0], "letters count as they are");
    assert!(set.has_expressions() && set.has_page_rules());
}

#[test]
fn finds_the_values_for_the_actions() {
    let set_id = Action::Set { name: "id".to_owned(), source: Source::Path("data.id".to_owned()) };
    let rules = Rules {
        rules: vec![
            rule(1, json("type", "order"), vec![set_id.clone()]),
            rule(2, contains("order"), vec![set_id, Action::Mark]),
        ],
    };
    let set = RuleSet::new(&rules);
    let text = r#"{"type":"order","data":{"id":"A\n1"}}"#;
    let mut values = Vec::new();
    set.check(text, |index, parts| {
        for step in &set.rules[index].steps {
            if let Step::Set(_, Origin::Path(path)) = step {
                values.push(set.value(*path, text, parts.as_ref()));
            }
        }
    });
    assert_eq!(values, [Some("A\n1".to_owned()), Some("A\n1".to_owned())]);
    assert_eq!(set.value(1, r#"{"type":"order"}"#, None), None);
}

#[test]
fn checks_the_start_of_a_long_message() {
    let set = RuleSet::new(&Rules { rules: vec![rule(1, contains("end"), vec![Action::Mark])] });
    assert_eq!(met(&set, &("é".repeat(CHECKED_BYTES / 2 - 2) + "end")), [1]);
    assert_eq!(met(&set, &("é".repeat(CHECKED_BYTES / 2) + "end")), [0; 0]);
}

#[test]
fn knows_what_an_expression_needs() {
    let group = Action::Set { name: "a".to_owned(), source: Source::Group(1) };
    let send = Action::Send { text: "a".to_owned(), delay_ms: 0 };
    let matches = || Condition::Matches("(a)".to_owned());
    let set = RuleSet::new(&Rules { rules: vec![rule(1, matches(), vec![group]), rule(2, matches(), vec![send])] });
    let needs: Vec<_> = set.rules.iter().map(|rule| (rule.needs_groups(), rule.sends())).collect();
    assert_eq!((needs, set.has_page_rules()), (vec![(true, false), (false, true)], false));
}
