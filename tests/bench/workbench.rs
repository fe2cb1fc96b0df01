//! Floods of messages into a page in use: Tools is open, two connections are shown side by side, and three rules look at
//! each message of both. The other page has none of these.

use serde_json::{Value, json};
use support::Page;
use thirtyfour::Key;

use crate::environment::BenchEnvironment;
use crate::flood;
use crate::report::Report;
use crate::subject::Subject;

/// Sections with the endpoint of the first connection, the rate in messages per second, and the target in frames per
/// second. The second connection is in the lobby, which receives the messages.
const FLOODS: [(&str, &str, u32, f64); 2] = [
    ("20,000 messages a second, with Tools, three rules and a quiet connection beside", "/ws/echo", 20_000, 58.0),
    ("10,000 messages a second to each of two connections, with Tools and three rules", "/ws/broadcast", 10_000, 58.0),
];

/// Conditions that hold for one message of a flood at most: kind, path and value.
const RULES: [[&str; 3]; 3] =
    [["contains", "", "message 00000007 "], ["matches", "", "^message 0+8 "], ["json", "type", "alarm"]];

/// Floods a new page in each way.
pub async fn measure(environment: &BenchEnvironment, report: &mut Report) {
    for (section, endpoint, rate, frames) in FLOODS {
        let mut session = environment.open_page(Subject::Yodel).await;
        let store = "localStorage.setItem('yodel.rules', arguments[0])";
        session.window.script(store, vec![json!(rules().to_string())]).await;
        session.window.go(&format!("{}/?url={endpoint}", session.yodel.url)).await;
        let page = Page { window: session.window };
        page.wait_for_state("Connected").await;
        page.open_tools().await;
        page.wait_for_texts(".rules li", |rules| rules.len() == RULES.len()).await;
        page.click("New tab").await;
        page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
        page.press(Key::Control + "a").await;
        page.press(format!("ws://{}/ws/broadcast\n", session.yodel.address()).as_str()).await;
        page.wait_for_state("Connected").await;
        page.click("Split view").await;
        page.wait_for_text(".pane-status strong", "Connected").await;
        session.window = page.window;
        session.window.click("//*[@id='txtContent']").await;
        flood::measure_page(&session, (section, rate, frames), Subject::Yodel, report).await;
        session.window.close().await;
    }
}

/// Returns the rules as the page stores them.
fn rules() -> Value {
    let mark = json!([{"do": "mark", "name": "", "from": "", "value": ""}]).to_string();
    let rule = |(id, [when, path, value]): (usize, [&str; 3])| {
        let id = id.to_string();
        json!({ "id": id, "name": when, "on": "1", "when": when, "path": path, "value": value, "then": mark })
    };
    RULES.into_iter().enumerate().map(rule).collect()
}
