//! Page object of the web page: user actions and a snapshot of what it shows.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use thirtyfour::{Key, TypingData};

use crate::browser::{Browser, DisplaySettings};
use crate::window::Window;
use crate::{TIMEOUT, with_timeout};

/// Interval between polls of a browser.
pub const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Returns what the page shows, as [`PageSnapshot`].
pub(crate) const SNAPSHOT: &str = r"
    const text = (selector) => document.querySelector(selector)?.textContent.trim() ?? '';
    const field = (selector) => document.querySelector(selector)?.value ?? '';
    const kind = (row) => /list-group-item-(\w+)/.exec(row.className)?.[1] ?? '';
    const own = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('');
    const focus = document.activeElement;
    const row = (row) => ({
        kind: kind(row),
        text: row.querySelector('.text')?.textContent ?? '',
        mark: row.querySelector('.delivery span:not([aria-hidden])')?.textContent ?? '',
    });
    return {
        rows: [...document.querySelectorAll('#divShow > li')].map(row),
        sent: text('#sent'),
        received: text('#received'),
        state: text('.status .state'),
        banner: text('.banner span'),
        hint: text('#hint'),
        address: document.querySelector('button.address') ? own(document.querySelector('button.address')) : field('#txtUrl'),
        content: field('#txtContent'),
        buttons: [...document.querySelectorAll('button')].map((button) => button.textContent.trim()),
        new_rows: text('.new-messages'),
        focus: focus === document.body ? '' : focus.id || focus.textContent.trim(),
    };
";

/// The page in a browser window.
#[derive(Debug)]
pub struct Page {
    /// The window.
    pub window: Window,
}

/// Content of the page at one moment.
#[derive(Debug, Deserialize)]
pub struct PageSnapshot {
    /// Rows in the document. In a long list, only the visible ones and a few around them.
    pub rows: Vec<Row>,
    /// Counter of sent messages.
    pub sent: String,
    /// Counter of received messages.
    pub received: String,
    /// Connection state in the status line.
    pub state: String,
    /// Text of the banner below the status line; empty without a banner.
    pub banner: String,
    /// Validation hint beside the message field.
    pub hint: String,
    /// Address of the connection, or the content of the address field.
    pub address: String,
    /// Content of the message field.
    pub content: String,
    /// Labels of all buttons.
    pub buttons: Vec<String>,
    /// Label of the button that counts new rows below the visible part.
    pub new_rows: String,
    /// Id or text of the focused element.
    pub focus: String,
}

/// A row of the message list.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Kind of the row: `info`, `success`, `warning` or `danger`.
    pub kind: String,
    /// Text of the row.
    pub text: String,
    /// Delivery mark of a sent message.
    pub mark: String,
}

/// Takes snapshots of a page until `condition` holds and returns that one. `description` names the condition in the
/// panic message.
pub(crate) async fn poll(
    snapshot: impl AsyncFn() -> PageSnapshot,
    description: &str,
    condition: impl Fn(&PageSnapshot) -> bool,
) -> PageSnapshot {
    let polling = async {
        loop {
            let snapshot = snapshot().await;
            if condition(&snapshot) {
                return snapshot;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    let Ok(found) = tokio::time::timeout(TIMEOUT, polling).await else {
        panic!("timed out after {TIMEOUT:?}: {description}; page: {:?}", snapshot().await)
    };
    found
}

impl PageSnapshot {
    /// Returns the rows, each as `KIND: TEXT`.
    pub fn transcript(&self) -> Vec<String> {
        self.rows.iter().map(|row| format!("{}: {}", row.kind, row.text)).collect()
    }

    /// Returns the texts of the rows of this kind.
    pub fn texts(&self, kind: &str) -> Vec<&str> {
        self.rows.iter().filter(|row| row.kind == kind).map(|row| row.text.as_str()).collect()
    }

    /// Returns the delivery marks of the sent messages.
    pub fn marks(&self) -> Vec<&str> {
        self.rows.iter().filter(|row| row.kind == "success").map(|row| row.mark.as_str()).collect()
    }

    /// Returns whether there is a button with this label.
    pub fn has_button(&self, label: &str) -> bool {
        self.buttons.iter().any(|button| button == label)
    }
}

impl Page {
    /// Opens the page in a new window.
    pub async fn open(browser: &Browser, url: &str) -> Self {
        Self::open_in(browser.window(DisplaySettings::default()).await, url).await
    }

    /// Opens the page in this window.
    pub async fn open_in(window: Window, url: &str) -> Self {
        window.go(url).await;
        let page = Self { window };
        page.wait_until("the page starts", |snapshot| !snapshot.state.is_empty()).await;
        page
    }

    /// Opens the page and waits until it is connected.
    pub async fn connected(browser: &Browser, url: &str) -> Self {
        let page = Self::open(browser, url).await;
        page.wait_for_state("Connected").await;
        page
    }

    /// Returns what the page shows now. While Firefox replaces the document, a script in it returns nothing; then the
    /// script runs again, in the new document.
    pub async fn snapshot(&self) -> PageSnapshot {
        let shown = async {
            loop {
                match self.window.script(SNAPSHOT, Vec::new()).await {
                    Value::Null => tokio::time::sleep(POLL_INTERVAL).await,
                    shown => return shown,
                }
            }
        };
        let shown = with_timeout("a document", shown).await;
        serde_json::from_value(shown).expect("script result has the expected shape")
    }

    /// Polls the page until `condition` holds and returns that snapshot. `description` names the condition in the panic
    /// message.
    pub async fn wait_until(&self, description: &str, condition: impl Fn(&PageSnapshot) -> bool) -> PageSnapshot {
        poll(async || self.snapshot().await, description, condition).await
    }

    /// Waits for this connection state in the status line.
    pub async fn wait_for_state(&self, state: &str) -> PageSnapshot {
        self.wait_until(state, |snapshot| snapshot.state == state).await
    }

    /// Waits until the last row is this one, as `KIND: TEXT`.
    pub async fn wait_for_last_row(&self, row: &str) -> PageSnapshot {
        self.wait_until(row, |snapshot| snapshot.transcript().last().is_some_and(|last| last == row)).await
    }

    /// Clicks the message field and types.
    pub async fn type_text(&self, text: &str) {
        self.window.click("//*[@id='txtContent']").await;
        self.window.press(text).await;
    }

    /// Types a text into the message field and presses Enter.
    pub async fn submit(&self, text: &str) {
        self.type_text(text).await;
        self.window.press(Key::Enter).await;
    }

    /// Sends keys to the focused element.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.window.press(keys).await;
    }

    /// Waits for a button with this label and clicks it.
    pub async fn click(&self, label: &str) {
        self.window.click(&format!("//button[normalize-space()='{label}']")).await;
    }

    /// Replaces the address and connects.
    pub async fn connect_to(&self, url: &str) {
        self.window.click("//button[contains(@class,'address')]").await;
        self.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
        self.press(Key::Control + "a").await;
        self.press(url).await;
        self.press(Key::Enter).await;
    }

    /// Asserts that the console has no errors and closes the window. Dropping a page closes its window
    /// without the assertion.
    pub async fn finish(self) {
        assert_eq!(with_timeout("reading the console", self.window.console_errors()).await, [""; 0]);
        self.window.close().await;
    }
}
