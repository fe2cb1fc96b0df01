//! The server goes away while a person types, and comes back: nothing is lost, nothing comes twice.

use support::page::{Page, Seen};
use support::{Browser, TestClient, Yodel, apply, each_browser};

use crate::stopwatch;

/// The connections that a run has logged.
async fn opened(yodel: Yodel) -> usize {
    yodel.signal("TERM").await;
    yodel.ended().await.log.matches("connection opened").count()
}

fn is_counting_down(seen: &Seen) -> bool {
    let seconds = seen.notice.strip_prefix("Retrying in ").and_then(|rest| rest.strip_suffix(" s."));
    seconds.is_some_and(|seconds| seconds.parse::<u64>().is_ok())
}

/// A page that has lost its server and waits for the next retry until the day has passed.
async fn left_alone(browser: &Browser, yodel: Yodel) -> Page {
    let page = stopwatch::open(browser, &yodel.url).await;
    page.until_state("Connected").await;
    yodel.kill().await;
    stopwatch::until_it_waits(&page).await;
    page
}

#[apply(each_browser)]
async fn what_is_typed_while_the_server_is_killed_and_restarted_arrives_once_and_in_order(browser: &Browser) {
    let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    page.say("before").await;
    page.until_last("warning:  > before").await;

    page.write("half a sen").await;
    yodel.kill().await;
    let closed = format!("WebSocket Server [ws://{address}/ws] Connection Closed! (1006, abnormal)");
    page.until("the close", |seen| seen.texts("danger") == [&closed]).await;
    page.until("the countdown", is_counting_down).await;
    page.press("tence\n").await;
    for text in ["second", "third"] {
        page.say(text).await;
    }
    let waiting = page.until("three wait", |seen| seen.texts("success").len() == 4).await;
    assert_eq!(waiting.marks(), ["The server has it", "Waiting to send", "Waiting to send", "Waiting to send"]);
    assert_eq!((waiting.sent.as_str(), waiting.received.as_str()), ("1", "1"));

    let restarted = Yodel::serve_at(&address, &["--plain", "broadcast"]).await;
    let seen = page.until_last("warning:  > third").await;
    let all = ["before", "half a sentence", "second", "third"];
    assert_eq!(seen.texts("success"), all);
    assert_eq!(seen.texts("warning"), all.map(|text| format!(" > {text}")));
    assert_eq!(seen.marks(), ["The server has it"; 4]);
    let anew = "#lobby has begun anew: anything said meanwhile is lost.";
    assert_eq!(seen.texts("danger"), [&closed, anew], "one outage is one row, however many retries it took");
    assert!(seen.texts("info")[1].ends_with("all that waited was sent."), "{:?}", seen.texts("info"));
    assert_eq!((seen.sent.as_str(), seen.received.as_str(), seen.notice.as_str()), ("4", "4", ""));

    let mut other = TestClient::connect(&format!("ws://{address}/ws")).await;
    other.send("to each socket").await;
    let seen = page.until_last("warning:  > to each socket").await;
    assert_eq!(seen.received, "5", "one socket heard it once");
    page.leave().await;
    drop(other);
    assert_eq!(opened(restarted).await, 2, "the page, and the other");
}

#[apply(each_browser)]
async fn a_restart_with_a_goodbye_is_retried_too(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    yodel.signal("TERM").await;
    let closed = format!("WebSocket Server [ws://{address}/ws] Connection Closed! (4001, shutdown)");
    page.until("the close", |seen| seen.texts("danger") == [&closed]).await;
    assert!(yodel.ended().await.status.success());
    page.say("see you soon").await;

    let restarted = Yodel::serve_at(&address, &[]).await;
    let seen = page.until_last("warning:  > see you soon").await;
    assert_eq!(seen.texts("danger"), [&closed]);
    page.leave().await;
    assert_eq!(opened(restarted).await, 1);
}

#[apply(each_browser)]
async fn retry_now_dials_at_once(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = left_alone(browser, yodel).await;
    let restarted = Yodel::serve_at(&address, &[]).await;
    assert_eq!(page.seen().await.state, "Waiting", "it does not dial by itself before the day has passed");
    page.click("Retry now").await;
    page.until_state("Connected").await;
    assert_eq!(stopwatch::dials(&page).await, 3);
    page.leave().await;
    assert_eq!(opened(restarted).await, 1);
}

#[apply(each_browser)]
async fn without_a_person_it_dials_when_the_time_has_come(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = left_alone(browser, yodel).await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    stopwatch::pass_a_day(&page).await;
    page.until_state("Connected").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn what_waits_for_one_address_is_not_sent_to_another(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = left_alone(browser, yodel).await;
    page.say("for the echo only").await;
    page.until("it waits", |seen| seen.marks() == ["Waiting to send"]).await;

    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.dial("/ws/broadcast").await;
    let seen =
        page.until("another path", |seen| seen.address.ends_with("/broadcast") && seen.state == "Connected").await;
    assert_eq!(seen.marks(), ["Not sent."]);
    page.click("Retry").await;
    page.until_last("warning:  > for the echo only").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn stop_stops(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = left_alone(browser, yodel).await;
    let restarted = Yodel::serve_at(&address, &[]).await;
    page.click("Stop").await;
    let seen = page.until_state("Disconnected").await;
    assert_eq!(seen.notice, "");
    stopwatch::pass_a_day(&page).await;
    assert_eq!(stopwatch::dials(&page).await, 2);

    page.click("Connect").await;
    page.until_state("Connected").await;
    page.leave().await;
    assert_eq!(opened(restarted).await, 1);
}

#[apply(each_browser)]
async fn a_message_that_waits_can_be_deleted(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = left_alone(browser, yodel).await;
    page.say("better not").await;
    page.say("yes").await;
    page.until("both wait", |seen| seen.marks() == ["Waiting to send"; 2]).await;
    page.click("Delete").await;
    page.until("one is gone", |seen| seen.texts("success") == ["yes"]).await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.click("Retry now").await;
    let seen = page.until_last("warning:  > yes").await;
    assert_eq!((seen.sent.as_str(), seen.texts("warning").len()), ("1", 1));
    page.leave().await;
}
