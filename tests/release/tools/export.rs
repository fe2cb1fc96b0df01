//! Export of rows to a file.

use std::path::Path;

use serde_json::Value;
use support::page::POLL_INTERVAL;
use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser, with_timeout};
use tokio_tungstenite::tungstenite::Message;

/// Waits until the browser has completed the download and returns the file's content.
pub async fn downloaded(folder: &Path, name: &str) -> String {
    let unfinished = || {
        let names = std::fs::read_dir(folder)
            .expect("temporary folder")
            .map(|entry| entry.expect("output is readable").file_name());
        names.map(|name| name.to_string_lossy().into_owned()).any(|other| other != name)
    };
    with_timeout(name, async {
        loop {
            let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            if !text.is_empty() && !unfinished() {
                return text;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await
}

/// Exports four rows, the connection and three messages, in the format with this label.
async fn exported(browser: &Browser, label: &str, name: &str) -> String {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &format!("{}/?mode=plain&url=/ws/broadcast", yodel.url)).await;
    page.window.download_to(folder.path()).await;
    page.submit("=1+1, \"quoted\"").await;
    page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    other.send_message(Message::binary(vec![0, 1, 0xff])).await;
    page.wait_until("the binary message", |snapshot| snapshot.received == "2").await;
    page.open_tools().await;
    page.click("Export").await;
    page.click(label).await;
    page.wait_for_text("#found", "Exported 4 of 4").await;
    let text = downloaded(folder.path(), name).await;
    page.finish().await;
    text
}

#[apply(each_browser)]
async fn exports_rows_as_json_lines(browser: &Browser) {
    let text = exported(browser, "JSON Lines", "yodel.jsonl").await;
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |field: &str| rows.iter().map(|row| row[field].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>();
    assert_eq!(of("kind"), ["opened", "sent", "received", "received"]);
    assert_eq!(of("text")[1..], ["=1+1, \"quoted\"", "=1+1, \"quoted\"", "AAH/"]);
    assert_eq!(of("encoding"), ["-", "-", "-", "base64"]);
    assert_eq!(of("delivery"), ["-", "sent", "-", "-"]);
    assert!(of("url")[0].ends_with("/ws/broadcast") && of("time").iter().all(|time| time.ends_with('Z')), "{text}");
}

#[apply(any_browser)]
async fn csv_export_has_all_columns_and_escapes_formulas(browser: &Browser) {
    let text = exported(browser, "CSV", "yodel.csv").await;
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let fields =
        "time,kind,room,offset,event,client,user,server_time,delivery,reason,url,code,pinned,note,encoding,text";
    assert_eq!((lines.len(), lines[0]), (5, fields), "{text}");
    assert!(lines[2].contains(",\"sent\",") && lines[2].ends_with(",\"'=1+1, \"\"quoted\"\"\""), "{text}");
    assert!(lines[4].ends_with(",\"base64\",\"AAH/\""), "{text}");
}

#[apply(any_browser)]
async fn exports_only_matching_rows(browser: &Browser) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.window.download_to(folder.path()).await;
    for text in ["apple", "pear"] {
        page.submit(text).await;
        page.wait_for_last_row(&format!("warning:  > {text}")).await;
    }
    page.open_tools().await;
    page.fill("txtFind", "pear").await;
    page.wait_for_text("#found", "2 of 5").await;
    page.click("Export").await;
    page.click("JSON Lines").await;
    let text = downloaded(folder.path(), "yodel.jsonl").await;
    assert!(text.lines().count() == 2 && text.lines().all(|line| line.ends_with("\"text\":\"pear\"}")), "{text}");
    page.finish().await;
}
