//! Rules: reactions to received messages.

use crate::{
    stubs::{hold_intervals, hold_timers, run, run_intervals, run_timers},
    support::{Page, frame},
    tabs::Tabs,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_page::model::rules::{Action, Condition, Rule, Rules, Source};

/// A text for which the expression `(a+)+$` takes hours.
const ENDLESS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";

#[wasm_bindgen_test]
async fn a_rule_answers_a_message_once() {
    let page = Page::open();
    page.open_tools().await;
    page.click("Add rule");
    page.until("the form", |page| page.count("#selWhen") == 1).await;
    page.fill("txtRuleValue", "ping");
    page.fill("txtAction1", "pong {{$counter}}");
    page.click("Save rule");
    page.until("the rule", |page| page.text(".rules li .address") == "ping → pong {{$counter}}").await;
    page.until("no form", |page| page.count("#selWhen") == 0).await;
    page.until("the number", |page| page.text("#rules") == "Rules (1 on)").await;
    settle().await;
    for text in ["a ping", "something else"] {
        page.store.log.receive_text(text);
    }
    page.until("the count", |page| page.text(".rules li .muted") == "1×").await;
    settle().await;
    assert_eq!(page.sent(), ["pong 1"]);
    let rows = page.text("#divShow");
    assert_eq!(rows.matches("Rule “ping → pong {{$counter}}” fired").count(), 1, "{rows}");
}

#[wasm_bindgen_test]
async fn a_value_of_a_message_becomes_a_variable() {
    let set = Action::Set { name: "token".into(), source: Source::Path("data.token".into()) };
    let page = with_rules(vec![rule(json("type", "login"), vec![set, send("use {{token}}", 0)])]).await;
    page.store.log.receive_text(r#"{"type":"other","data":{"token":"no"}}"#);
    page.store.log.receive_text(r#"{"type":"login","data":{"token":"s3cret"}}"#);
    page.until("the answer", |page| page.text("#sent") == "1").await;
    page.type_text("again {{token}}");
    page.press("Enter");
    assert_eq!(page.sent(), ["use s3cret", "again s3cret"]);
    page.until("the variable", |page| page.text(".variables li").starts_with("tokens3cret")).await;
}

#[wasm_bindgen_test]
async fn a_group_of_an_expression_becomes_a_variable() {
    let set = Action::Set { name: "n".into(), source: Source::Group(1) };
    let when = Condition::Matches("/ORDER (\\d+)/i".into());
    let page = with_rules(vec![rule(when, vec![set, send("got {{n}}", 0)])]).await;
    for text in ["order none", "order 42", "no"] {
        page.store.log.receive_text(text);
    }
    page.until("the answer", |page| page.text("#sent") == "1").await;
    settle().await;
    assert_eq!(page.sent(), ["got 42"]);
}

#[wasm_bindgen_test]
async fn a_rule_that_sends_too_much_is_switched_off() {
    let page = with_rules(vec![rule(contains("ping"), vec![send("ping", 0)])]).await;
    for _ in 0..50 {
        page.store.log.receive_text("ping");
    }
    let notice = "was switched off: it sent more than 20 messages in a second.";
    page.until("the notice", |page| page.text(".banner").contains(notice)).await;
    page.until("the row", |page| page.text(".list-group-item-danger").contains(notice)).await;
    assert_eq!(page.sent().len(), 20);
    page.until("off", |page| !is_on(page) && page.text("#rules") == "Rules (0 on)").await;
    page.store.log.receive_text("ping");
    settle().await;
    assert!(page.sent().is_empty());
    page.find(".rules li input").unwrap().click();
    page.until("on again", is_on).await;
    settle().await;
    page.store.log.receive_text("ping");
    page.until("another answer", |page| page.text("#sent") == "21").await;
}

#[wasm_bindgen_test]
async fn a_rule_that_answers_its_own_echo_is_switched_off() {
    let page = with_rules(vec![rule(contains("ping"), vec![send("ping", 0)])]).await;
    page.store.log.receive_text("ping");
    let mut answers = 0;
    // An echo per two frames is slower than 20 a second only on slow machines; both limits end the loop.
    while is_on(&page) {
        settle().await;
        for text in page.sent() {
            answers += 1;
            page.store.log.receive_text(&text);
        }
        assert!(answers <= 20, "{answers}");
    }
    page.until("the notice", |page| page.text(".banner").contains("was switched off")).await;
}

#[wasm_bindgen_test]
async fn an_expression_that_takes_too_long_is_switched_off() {
    let slow = Rule { name: "slow".into(), ..rule(Condition::Matches("(a+)+$".into()), vec![Action::Mark]) };
    let page = with_rules(vec![slow, rule(contains("!"), vec![send("seen", 0)])]).await;
    page.store.log.receive_text(ENDLESS);
    page.until("the other rule", |page| page.text("#sent") == "1").await;
    let report = "Rule “slow” was switched off: its expression took longer than 200 ms.";
    page.until("the report", |page| page.text(".list-group-item-danger").contains(report)).await;
    page.until("one on", |page| page.text("#rules") == "Rules (1 on)").await;
    page.store.log.receive_text("more!");
    page.until("the other rule continues", |page| page.text("#sent") == "2").await;
}

#[wasm_bindgen_test]
async fn marks_and_notifies_of_a_message() {
    let page = with_rules(vec![rule(contains("alarm"), vec![Action::Mark, Action::Notify])]).await;
    page.store.log.receive_text("quiet");
    page.store.log.receive_text("alarm at 7");
    page.until("the mark", |page| page.text("#divShow").matches('★').count() == 1).await;
    assert!(page.text("#divShow").contains("★ > alarm at 7"));
    page.until("the notice", |page| page.text(".banner").contains("fired: alarm at 7")).await;
}

#[wasm_bindgen_test]
async fn sends_after_a_delay_unless_the_rule_is_switched_off() {
    let page = with_rules(vec![rule(contains("ping"), vec![send("late", 300)])]).await;
    hold_timers();
    page.store.log.receive_text("ping");
    page.until("the firing", |page| page.text(".rules li .muted") == "1×").await;
    assert!(page.sent().is_empty());
    run_timers();
    assert_eq!(page.sent(), ["late"]);
    hold_timers();
    page.store.log.receive_text("ping");
    page.until("the firing", |page| page.text(".rules li .muted") == "2×").await;
    page.find(".rules li input").unwrap().click();
    page.until("off", |page| !is_on(page)).await;
    settle().await;
    run_timers();
    assert!(page.sent().is_empty(), "only new messages are listed");
}

#[wasm_bindgen_test]
async fn a_delayed_message_ends_with_its_connection() {
    let tabs = Tabs::with_second("ws://two.test/chat").await.0;
    let second = tabs.page.store.workspace.active.get_untracked().unwrap();
    store_rules(vec![rule(contains("ping"), vec![send("late", 60_000)])]);
    tabs.page.until("the rule", |page| page.count(".rules li") == 1).await;
    settle().await;
    hold_timers();
    second.log.receive_text("ping");
    tabs.page.until("the firing", |page| page.text(".rules li .muted") == "1×").await;
    second.workspace.close(second);
    // As 30 seconds after the tab was closed.
    second.owner.cleanup();
    run_timers();
    assert!(tabs.sent().is_empty());
}

#[wasm_bindgen_test]
async fn works_while_tools_is_closed_and_the_tab_is_hidden() {
    let page = Page::open();
    hold_intervals();
    store_rules(vec![rule(contains("ping"), vec![send("pong", 0)])]);
    page.open_tools().await;
    page.until("the rule", |page| page.count(".rules li") == 1).await;
    settle().await;
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.store.log.receive_text("ping");
    page.until("the answer", |page| page.text("#sent") == "1").await;
    run("window.frames_ = window.requestAnimationFrame; window.requestAnimationFrame = () => 0;");
    page.store.log.receive_text("ping");
    run_intervals(200);
    run("window.requestAnimationFrame = window.frames_;");
    assert_eq!(page.sent(), ["pong", "pong"]);
}

#[wasm_bindgen_test]
async fn checks_every_message_of_a_flood() {
    let rules = vec![
        rule(contains("none"), vec![Action::Mark]),
        rule(json("n", "7"), vec![Action::Set { name: "last".into(), source: Source::Path("id".into()) }]),
        rule(Condition::Matches("\"id\":\"\\w+9\"".into()), vec![Action::Mark]),
    ];
    let page = with_rules(rules).await;
    for n in 0..20_000 {
        page.store.log.receive_text(&format!(r#"{{"id":"x{n}","n":{}}}"#, n % 10));
    }
    let counts = || page.find(".rules ul").map(|list| list.text_content().unwrap_or_default()).unwrap_or_default();
    page.until("the page's rule", |_| counts().contains("2,000×")).await;
    page.until("the expression", |_| counts().matches("2,000×").count() == 2).await;
    page.until("the last value", |page| page.text(".variables li").starts_with("lastx19997")).await;
    assert!(!page.text("#divShow").contains("did not check"));
}

#[wasm_bindgen_test]
async fn new_pages_load_the_rules_and_check_the_first_messages() {
    let rules = Rules { rules: vec![Rule { id: 1, ..rule(contains("hello"), vec![send("subscribe", 0)]) }] };
    let stored = js_sys::JSON::stringify(&rules.to_json().text().into()).unwrap();
    run(&format!(
        "const original = Storage.prototype.getItem;
        const stored = {{ 'yodel.automation': '1', 'yodel.rules': {stored} }};
        Storage.prototype.getItem = function (name) {{ return stored[name] ?? original.call(this, name); }};
        window.restoreStorage = () => {{ Storage.prototype.getItem = original; }};"
    ));
    let page = Page::open();
    page.store.log.receive_text("hello");
    page.until("the answer", |page| page.text("#sent") == "1").await;
    run("window.restoreStorage()");
    assert_eq!((page.sent(), page.count(".sidebar")), (vec!["subscribe".to_owned()], 0));
}

#[wasm_bindgen_test]
async fn the_form_reports_mistakes_and_keeps_what_was_typed() {
    let page = Page::open();
    page.open_tools().await;
    page.click("Add rule");
    page.until("the form", |page| page.count("#selWhen") == 1).await;
    let save = async |error: &str| {
        page.click("Save rule");
        page.until(error, |page| page.text(".rules .error").starts_with(error)).await;
    };
    save("Enter what the message must contain.").await;
    page.choose("selWhen", "json");
    page.until("the path", |page| page.count("#txtRulePath") == 1).await;
    page.fill("txtRulePath", "a[");
    save("Invalid JSON path.").await;
    page.choose("selWhen", "matches");
    page.fill("txtRuleValue", "(");
    save("Invalid regular expression: ").await;
    page.fill("txtRuleValue", "a");
    save("Enter the message to send.").await;
    page.fill("txtAction1", "b");
    page.until("the delay", |page| page.count("#numDelay1") == 1).await;
    page.fill("numDelay1", "600001");
    save("The delay must be a whole number from 0 to 600000 ms.").await;
    page.choose("selAction1", "set");
    page.until("the variable", |page| page.count("#txtVariable1") == 1).await;
    assert_eq!(page.value("txtAction1"), "b");
    save("A variable’s name has letters").await;
    page.fill("txtVariable1", "v");
    page.click("Add action");
    page.until("another action", |page| page.count("#selAction2") == 1).await;
    page.choose("selAction2", "mark");
    page.click("Save rule");
    page.until("the rule", |page| page.text(".rules li .address") == "a → {{v}}").await;
    page.click("a → {{v}}");
    page.until("its form", |page| page.count("#selAction2") == 1).await;
    assert_eq!((page.value("txtRuleValue"), page.value("txtVariable1")), ("a".into(), "v".into()));
    page.click("Cancel");
    page.until("no form", |page| page.count("#selWhen") == 0).await;
    page.find(".rules [aria-label='Delete a → {{v}}']").unwrap().click();
    page.until("no rule", |page| page.count(".rules li") == 0).await;
    assert_eq!(document().active_element().unwrap().id(), "addRule");
}

#[wasm_bindgen_test]
async fn makes_a_rule_for_the_selected_row() {
    let page = Page::open();
    page.store.log.receive_text(r#"{"items":[1],"type":"order"}"#);
    page.open_tools().await;
    let id = page.store.log.peek(|log| log.entries.iter().next().map(|entry| entry.id)).unwrap();
    page.store.list.inspect(id);
    page.until("the inspector", |page| page.count(".inspector") == 1).await;
    page.click("Make a rule");
    page.until("the form", |page| page.value("txtRulePath") == "type").await;
    assert_eq!((page.value("selWhen"), page.value("txtRuleValue")), ("json".into(), "order".into()));
}

/// Opens a page with these rules, with Tools open.
async fn with_rules(rules: Vec<Rule>) -> Page {
    let page = Page::open();
    let count = rules.len();
    store_rules(rules);
    page.open_tools().await;
    page.until("the rules", |page| page.count(".rules li") as usize == count).await;
    settle().await;
    page
}

/// Stores rules as another tab does.
fn store_rules(rules: Vec<Rule>) {
    let mut all = Rules::default();
    for rule in rules {
        all.save(rule).unwrap();
    }
    window().local_storage().unwrap().unwrap().set_item("yodel.rules", all.to_json().text()).unwrap();
    window().dispatch_event(&web_sys::Event::new("storage").unwrap()).unwrap();
}

fn rule(when: Condition, then: Vec<Action>) -> Rule {
    Rule { id: 0, name: "rule".into(), is_on: true, when, then }
}

fn contains(text: &str) -> Condition {
    Condition::Contains(text.into())
}

fn json(path: &str, value: &str) -> Condition {
    Condition::Json { path: path.into(), value: value.into() }
}

fn send(text: &str, delay_ms: u32) -> Action {
    Action::Send { text: text.into(), delay_ms }
}

/// Returns whether the first rule is on.
fn is_on(page: &Page) -> bool {
    page.find(".rules li input").unwrap().unchecked_into::<HtmlInputElement>().checked()
}

/// Waits until effects have run.
async fn settle() {
    frame().await;
    frame().await;
}
