//! Variables and rules: messages with references, and reactions to received messages.

use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser};

/// A text for which the expression `(a+)+$` takes hours.
const ENDLESS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
/// Heading of the rules in the sidebar.
const HEADING: &str = "#rules";

/// Opens the page in the lobby, with the tools panel, and another client of the lobby.
async fn open(browser: &Browser, yodel: &Yodel) -> (Page, TestClient) {
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    page.open_tools().await;
    (page, TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await)
}

/// Receives messages until this one arrives.
async fn receive_until(client: &mut TestClient, text: &str) {
    while client.receive().await != text {}
}

/// Adds a rule with a condition of this kind that sends a message.
async fn add_rule(page: &Page, name: &str, (when, value): (&str, &str), answer: &str) {
    begin_rule(page, name, (when, value)).await;
    page.fill("txtAction1", answer).await;
    save_rule(page, name).await;
}

async fn begin_rule(page: &Page, name: &str, (when, value): (&str, &str)) {
    page.click("Add rule").await;
    page.wait_until("the form", |snapshot| snapshot.focus == "selWhen").await;
    page.choose("selWhen", when).await;
    page.fill("txtRuleValue", value).await;
    page.fill("txtRuleName", name).await;
}

async fn save_rule(page: &Page, name: &str) {
    page.click("Save rule").await;
    page.wait_for_texts(".rules li .address", |names| names.iter().any(|known| known == name)).await;
}

#[apply(each_browser)]
async fn a_rule_answers_a_message_once(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = open(browser, &yodel).await;
    add_rule(&page, "answer", ("contains", "ping"), "pong {{$counter}}").await;
    other.send("ping").await;
    receive_until(&mut other, "pong 1").await;
    page.wait_for_text(".rules li .muted", "1×").await;
    other.send("something else").await;
    let snapshot = page.wait_for_last_row("warning:  > something else").await;
    assert_eq!(snapshot.texts("success"), ["pong 1"]);
    assert!(snapshot.texts("info").contains(&"Rule “answer” fired"), "{:?}", snapshot.transcript());

    // A reload keeps the rule, and runs it although Tools is closed.
    page.window.reload().await;
    page.wait_for_state("Connected").await;
    other.send("ping again").await;
    receive_until(&mut other, "pong 1").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn a_rule_sets_a_variable_that_the_next_message_uses(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = open(browser, &yodel).await;
    begin_rule(&page, "token", ("json", "login")).await;
    page.fill("txtRulePath", "type").await;
    page.choose("selAction1", "set").await;
    page.fill("txtVariable1", "token").await;
    page.choose("selSource1", "path").await;
    page.fill("txtAction1", "data.token").await;
    save_rule(&page, "token").await;
    other.send(r#"{"type":"login","data":{"token":"s3cret"}}"#).await;
    page.wait_for_texts(".variables li", |variables| variables.len() == 1 && variables[0].contains("s3cret")).await;
    page.submit("token={{token}} {{unknown}}").await;
    page.wait_until("the message", |snapshot| snapshot.texts("success") == ["token=s3cret {{unknown}}"]).await;
    receive_until(&mut other, "token=s3cret {{unknown}}").await;
    page.finish().await;
}

/// The server echoes what the rule sends, so the rule answers itself.
#[apply(each_browser)]
async fn the_loop_guard_stops_a_rule_that_answers_its_echo(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    add_rule(&page, "loop", ("contains", "ping"), "ping").await;
    page.submit("ping").await;
    let snapshot =
        page.wait_until("the notice", |snapshot| snapshot.banner.starts_with("Rule “loop” was switched off")).await;
    let sent: usize = snapshot.sent.parse().expect("a number");
    assert!((2..=21).contains(&sent), "{sent}");
    page.wait_for_text(HEADING, "Rules (0 on)").await;
    page.click("Close").await;
    // The page still works, and the rule stays off.
    let before = page.wait_until("no notice", |snapshot| snapshot.banner.is_empty()).await.sent;
    page.submit("ping").await;
    page.wait_for_last_row("warning:  > ping").await;
    let after = page.snapshot().await.sent;
    assert_eq!(after.parse::<usize>().ok(), before.parse::<usize>().ok().map(|sent| sent + 1));
    page.finish().await;
}

/// The worker of the expressions is subject to the page's content security policy.
#[apply(each_browser)]
async fn a_runaway_expression_is_stopped_while_typing_works(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = open(browser, &yodel).await;
    add_rule(&page, "slow", ("matches", "(a+)+$"), "never").await;
    add_rule(&page, "fast", ("matches", "^ping (\\d+)"), "pong").await;
    other.send(ENDLESS).await;
    page.type_text("typed meanwhile").await;
    assert_eq!(page.snapshot().await.content, "typed meanwhile");
    let report = "Rule “slow” was switched off: its expression took longer than 200 ms.";
    page.wait_until("the report", |snapshot| snapshot.texts("danger").contains(&report)).await;
    page.wait_for_text(HEADING, "Rules (1 on)").await;
    other.send("ping 7").await;
    receive_until(&mut other, "pong").await;
    page.finish().await;
}
