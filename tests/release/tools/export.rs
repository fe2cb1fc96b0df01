//! The rows as a file.

use std::path::Path;

use serde_json::Value;
use support::page::GLANCE;
use support::{Browser, Page, TestClient, Yodel, apply, each_browser, soon};
use tokio_tungstenite::tungstenite::Message;

/// What this file holds, once the browser has written all of it under this name.
async fn downloaded(folder: &Path, name: &str) -> String {
    let unfinished = || {
        let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").file_name());
        names.map(|name| name.to_string_lossy().into_owned()).any(|other| other != name)
    };
    soon(name, async {
        loop {
            let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            if !text.is_empty() && !unfinished() {
                return text;
            }
            tokio::time::sleep(GLANCE).await;
        }
    })
    .await
}

/// Exports in this format; the rows are three messages and the connection.
async fn exported(browser: &Browser, word: &str, name: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?mode=plain&url=/ws/broadcast", yodel.url)).await;
    page.window.download_to(folder.path()).await;
    page.say("=1+1, \"quoted\"").await;
    page.until("the echo", |seen| seen.received == "1").await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    other.send_message(Message::binary(vec![0, 1, 0xff])).await;
    page.until("the bytes", |seen| seen.received == "2").await;
    page.open_tools().await;
    page.click("Export").await;
    page.click(word).await;
    page.until_says("#found", "Exported 4 of 4").await;
    let text = downloaded(folder.path(), name).await;
    page.leave().await;
    text
}

#[apply(each_browser)]
async fn a_row_is_an_object_in_a_line_of_its_own(browser: &Browser) {
    let text = exported(browser, "JSON Lines", "yodel.jsonl").await;
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |field: &str| rows.iter().map(|row| row[field].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>();
    assert_eq!(of("kind"), ["opened", "sent", "received", "received"]);
    assert_eq!(of("text")[1..], ["=1+1, \"quoted\"", "=1+1, \"quoted\"", "AAH/"]);
    assert_eq!(of("encoding"), ["-", "-", "-", "base64"]);
    assert_eq!(of("delivery"), ["-", "sent", "-", "-"]);
    assert!(of("url")[0].ends_with("/ws/broadcast") && of("time").iter().all(|time| time.ends_with('Z')), "{text}");
}

#[apply(each_browser)]
async fn a_table_has_every_column_and_runs_no_formula(browser: &Browser) {
    let text = exported(browser, "CSV", "yodel.csv").await;
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let fields = "time,kind,room,offset,event,client,user,server_time,delivery,reason,url,code,encoding,text";
    assert_eq!((lines.len(), lines[0]), (5, fields), "{text}");
    assert!(lines[2].contains(",\"sent\",") && lines[2].ends_with(",\"'=1+1, \"\"quoted\"\"\""), "{text}");
    assert!(lines[4].ends_with(",\"base64\",\"AAH/\""), "{text}");
}

#[apply(each_browser)]
async fn only_the_rows_that_are_found_are_exported(browser: &Browser) {
    let folder = tempfile::tempdir().expect("a folder");
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.window.download_to(folder.path()).await;
    for text in ["apple", "pear"] {
        page.say(text).await;
        page.until_last(&format!("warning:  > {text}")).await;
    }
    page.open_tools().await;
    page.fill("txtFind", "pear").await;
    page.until_says("#found", "2 of 5").await;
    page.click("Export").await;
    page.click("JSON Lines").await;
    let text = downloaded(folder.path(), "yodel.jsonl").await;
    assert!(text.lines().count() == 2 && text.lines().all(|line| line.ends_with("\"text\":\"pear\"}")), "{text}");
    page.leave().await;
}
