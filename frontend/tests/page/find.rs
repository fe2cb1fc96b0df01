//! Filter, pause and export.

use crate::{
    stubs::{downloads, record_downloads},
    support::{Page, press_in},
};
use js_sys::Function;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::Effect;

#[wasm_bindgen_test]
async fn filters_and_highlights_old_and_new_rows() {
    let page = open().await;
    for text in ["one Apple", "two", "three apples"] {
        page.store.log.receive_text(text);
    }
    find(&page, "apple");
    page.until("two rows", |page| page.count("#divShow > li") == 2 && page.text("#found") == "2 of 3").await;
    assert_eq!(page.text("#divShow mark"), "Apple");
    page.store.log.receive_text("four");
    page.store.log.receive_text("<b>apple</b>");
    page.until("the third", |page| page.last(".text") == " > <b>apple</b>" && page.text("#found") == "3 of 5").await;
    assert_eq!(page.text("#received"), "5");
    find(&page, "");
    page.until("all", |page| page.count("#divShow > li") == 5 && page.count("mark") == 0).await;
}

#[wasm_bindgen_test]
async fn filters_by_expression_and_reports_an_invalid_one() {
    let page = open().await;
    for text in ["a1", "b2", "A3", "😀4"] {
        page.store.log.receive_text(text);
    }
    find(&page, r"/^a\d$/i");
    page.until("two rows", |page| page.text("#found") == "2 of 4").await;
    find(&page, "/x*/");
    page.until("all, with nothing to mark", |page| page.text("#found") == "4 of 4").await;
    assert_eq!(page.count("#divShow mark"), 0);
    find(&page, r"/\d*/");
    page.until("the digits marked", |page| page.count("#divShow mark") == 4 && page.last("mark") == "4").await;
    find(&page, r"/\d/g");
    page.until("all, marked", |page| page.text("#found") == "4 of 4" && page.count("#divShow mark") == 4).await;
    find(&page, "/(/");
    let words = error_message("(");
    page.until("the browser's message", |page| page.text("#found") == words).await;
    assert_eq!(field(&page).get_attribute("aria-invalid").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn matches_every_part_of_every_row() {
    let page = open().await;
    page.store.apply(&up());
    page.store.log.receive_binary([0xff, 0x41].into());
    // The second piece of the long text begins within a character; the match in the last one spans two pieces.
    let large = format!("x{}END", "é".repeat(200_000));
    let across = format!("{}across", "y".repeat((256 << 10) - 3));
    for text in ["a.b (1)", "axb 1", "\u{10400}", &large, &across] {
        page.store.log.receive_text(text);
    }
    for (text, found) in [
        ("a.b (", "1 of 7"),
        (">", "6 of 7"),
        ("\u{10428}", "1 of 7"),
        ("in none", "0 of 7"),
        ("ff 41", "1 of 7"),
        ("NONE", "0 of 7"),
        ("websocket server", "1 of 7"),
        ("in none", "0 of 7"),
        ("éend", "1 of 7"),
        ("NONE", "0 of 7"),
        ("yacross", "1 of 7"),
    ] {
        find(&page, text);
        page.until(text, |page| page.text("#found") == found).await;
    }
}

#[wasm_bindgen_test]
async fn matches_rows_in_the_language_of_the_page() {
    let page = open().await;
    page.store.apply(&up());
    page.store.list.follow.set(false);
    find(&page, "连接成功");
    page.until("none", |page| page.text("#found") == "0 of 1").await;
    assert!(page.store.list.follow.get_untracked());
    page.click("中文");
    page.until("its row", |page| page.count("#divShow > li") == 1).await;
}

#[wasm_bindgen_test]
async fn exports_matching_rows_including_paused_ones() {
    record_downloads();
    let page = open().await;
    for text in ["one", "one more", "two"] {
        page.store.log.receive_text(text);
    }
    find(&page, "one");
    page.until("two rows", |page| page.text("#found") == "2 of 3").await;
    page.click("Pause");
    page.store.log.receive_text("one, late");
    page.until("one new row", |page| page.text(".toolbar").contains("Resume (1 new)")).await;
    page.click("Export");
    page.until("the formats", |page| page.count(".formats button") == 2).await;
    for (files, format) in [(1, "JSON Lines"), (2, "CSV")] {
        page.click(format);
        page.until(format, |_| downloads().len() == files).await;
    }
    assert_eq!(page.text("#found"), "Exported 3 of 3");
    let [json, csv] = &downloads()[..] else { unreachable!() };
    let lines: Vec<_> = json.strip_prefix("yodel.jsonl: ").unwrap().lines().collect();
    assert!(lines[0].ends_with(r#""text":"one"}"#) && lines[1].ends_with(r#""text":"one more"}"#), "{json}");
    assert!(lines.len() == 3 && lines[2].ends_with(r#""text":"one, late"}"#), "{json}");
    assert!(csv.starts_with("yodel.csv: time,kind,") && csv.lines().count() == 4, "{csv}");
}

#[wasm_bindgen_test]
async fn filters_by_kind() {
    let page = open().await;
    page.store.log.receive_text("theirs");
    page.store.messages.send("mine");
    page.click("Sent");
    page.until("the sent message", |page| page.count("#divShow > li") == 1 && page.last(".text") == "mine").await;
    page.click("Received");
    page.until("the received message", |page| page.count("#divShow > li") == 1 && page.last(".text") == " > theirs")
        .await;
    page.store.apply(&up());
    page.store.apply(&Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: String::new(), requested: false });
    page.click("Events");
    page.until("the events", |page| page.count("#divShow > li") == 2 && page.last(".text").contains("Closed")).await;
    page.click("All");
    page.until("everything", |page| page.count("#divShow > li") == 4).await;
}

#[wasm_bindgen_test]
async fn a_pause_stops_the_list_but_not_the_counts() {
    let page = open().await;
    page.store.log.receive_text("before");
    page.until("the row", |page| page.count("#divShow > li") == 1).await;
    page.click("Pause");
    page.until("no new rows", |page| page.text(".toolbar > button") == "Resume").await;
    page.store.log.receive_text("while");
    page.until("the count", |page| page.text("#received") == "2").await;
    assert_eq!(page.last(".text"), " > before");
    page.click("Resume (1 new)");
    page.until("the row", |page| page.last(".text") == " > while").await;
}

#[wasm_bindgen_test]
async fn clearing_during_a_pause_removes_new_rows_and_the_selection() {
    let page = open().await;
    page.store.log.receive_text("before");
    page.until("the row", |page| page.count("#divShow > li") == 1).await;
    page.click("Pause");
    page.store.log.receive_text("while");
    page.until("one new row", |page| page.text(".toolbar > button") == "Resume (1 new)").await;
    page.find("#divShow > li").unwrap().click();
    page.until("the message", |page| page.count(".inspector") == 1).await;
    page.click("Clear");
    page.until("no new rows", |page| page.text(".toolbar > button") == "Resume").await;
    page.until("no message", |page| page.count(".inspector") == 0).await;
}

#[wasm_bindgen_test]
async fn searches_a_large_log_in_slices() {
    let page = open().await;
    for n in 0..100_000 {
        page.store.log.receive_text(&format!("message {n}"));
    }
    page.until("the rows", |page| page.text("#received") == "100000").await;
    find(&page, "message 99");
    page.until("the first", |page| page.last(".text") == " > message 99999").await;
    page.until("all", |page| page.text("#found") == "1,111 of 100,000").await;
    find(&page, "/^message [67]$/");
    page.until("the oldest", |page| page.text("#found") == "2 of 100,000").await;
    assert_eq!(page.last(".text"), " > message 7");
}

#[wasm_bindgen_test]
async fn never_matches_across_rows() {
    let page = open().await;
    for text in ["好 😀 ap", "ple", "好 apple"] {
        page.store.log.receive_text(text);
    }
    for (typed, found) in [("apple", "1 of 3"), ("/^ple$/", "1 of 3"), ("/^ap|ap$/", "1 of 3"), ("/😀 ap$/u", "1 of 3")]
    {
        find(&page, typed);
        page.until(typed, |page| page.text("#found") == found && page.count("mark") == 1).await;
    }
    find(&page, "/p.p/s");
    page.until("nothing", |page| page.text("#found") == "0 of 3").await;
}

#[wasm_bindgen_test]
async fn ends_an_expression_that_takes_too_long() {
    let page = open().await;
    // Each further letter doubles the time: this one takes hours.
    page.store.log.receive_text(&format!("{}!", "a".repeat(60)));
    find(&page, "/(a+)+$/");
    let words = "Search stopped: this expression took longer than 200 ms. Simplify it.";
    page.until("the end of the search", |page| page.text("#found") == words).await;
    assert_eq!(field(&page).get_attribute("aria-invalid").as_deref(), Some("true"));
    find(&page, "/a!$/");
    page.until("another search", |page| page.text("#found") == "1 of 1" && page.text("mark") == "a!").await;
}

#[wasm_bindgen_test]
async fn highlighting_ends_as_well() {
    let page = open().await;
    page.store.log.receive_text(&format!("{}!", "a".repeat(60)));
    // Finds the first match at once; listing the others would take hours.
    find(&page, "/^a|(a+)+$/");
    page.until("the end", |page| page.text("#found").starts_with("Search stopped")).await;
    assert_eq!((page.count("mark"), page.last(".text").len()), (0, " > ".len() + 61));
}

#[wasm_bindgen_test]
async fn a_pattern_is_replaced_while_it_is_matched() {
    let page = open().await;
    page.store.log.receive_text(&format!("{}!", "a".repeat(60)));
    find(&page, "/(a+)+$/");
    find(&page, "/!/");
    page.until("the other pattern", |page| page.text("#found") == "1 of 1" && page.text("mark") == "!").await;
}

#[wasm_bindgen_test]
async fn ctrl_f_in_the_list_opens_the_filter() {
    let page = Page::open();
    page.store.log.receive_text("one");
    let list = page.find("#list").unwrap();
    assert!(press_in(&page.field(), "f", |init| init.set_ctrl_key(true)), "the browser's own search");
    assert!(!press_in(&list, "f", |init| init.set_ctrl_key(true)));
    page.until("the filter", |_| focused() == "txtFind").await;
    press_in(&field(&page), "Enter", |_| {});
    assert_eq!(focused(), "list");
    assert!(!press_in(&list, "/", |_| {}));
    page.until("the filter again", |_| focused() == "txtFind").await;
}

#[wasm_bindgen_test]
async fn finds_restored_rows() {
    let page = open().await;
    page.store.log.receive_text("one");
    find(&page, "one");
    page.until("the row", |page| page.text("#found") == "1 of 1").await;
    page.click("Clear");
    page.until("nothing", |page| page.text("#found") == "0 of 0").await;
    page.click("Undo clear");
    page.until("the row again", |page| page.text("#found") == "1 of 1" && page.count("#divShow > li") == 1).await;
}

#[wasm_bindgen_test]
async fn closing_tools_removes_the_filter() {
    let page = open().await;
    page.store.log.receive_text("one");
    find(&page, "two");
    page.until("none", |page| page.count("#divShow > li") == 0 && page.text("#found") == "0 of 1").await;
    page.click("Pause");
    page.store.log.receive_text("two");
    page.store.layout.toggle_tools();
    page.until("all", |page| page.count("#divShow > li") == 2 && page.count("#divShow mark") == 0).await;
    let word = "Filter and pause ended because Tools was closed.";
    page.until("a word about it", |page| page.text(".banner span") == word).await;
}

#[wasm_bindgen_test]
async fn closing_tools_without_a_filter_shows_no_notice() {
    let page = open().await;
    page.store.layout.toggle_tools();
    page.until("no bar", |page| page.find("#txtFind").is_none()).await;
    assert_eq!(page.count(".banner"), 0);
}

#[wasm_bindgen_test]
async fn a_text_that_the_browser_cannot_match_is_no_match() {
    let page = open().await;
    let throwing = "const { test, exec } = RegExp.prototype;
        RegExp.prototype.test = RegExp.prototype.exec = () => { throw new RangeError('too much recursion') };
        return () => Object.assign(RegExp.prototype, { test, exec });";
    let restore: Function = Function::new_no_args(throwing).call0(&JsValue::NULL).unwrap().unchecked_into();
    page.store.log.receive_text("large");
    find(&page, "large");
    page.until("no match", |page| page.text("#found") == "0 of 1").await;
    restore.call0(&JsValue::NULL).unwrap();
    find(&page, "");
    page.until("the row", |page| page.count("#divShow > li") == 1).await;
}

async fn open() -> Page {
    let page = Page::open();
    page.store.layout.toggle_tools();
    page.until("the bar", |page| page.find("#txtFind").is_some()).await;
    page
}

fn focused() -> String {
    document().active_element().unwrap().id()
}

fn up() -> Effect {
    Effect::Up { url: "ws://a/ws".into(), away_ms: None }
}

fn field(page: &Page) -> HtmlInputElement {
    page.find("#txtFind").unwrap().unchecked_into()
}

fn find(page: &Page, text: &str) {
    field(page).set_value(text);
    field(page).dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
}

/// Returns this browser's message about an invalid expression.
fn error_message(source: &str) -> String {
    let words = Function::new_with_args("source", "try { new RegExp(source) } catch (error) { return error.message }");
    words.call1(&JsValue::NULL, &source.into()).unwrap().as_string().unwrap()
}
