//! The page in a window: what a person does with it, and what it shows.

use std::time::Duration;

use serde::Deserialize;
use thirtyfour::{Key, TypingData};

use crate::browser::{Browser, Look};
use crate::window::Window;
use crate::{PATIENCE, soon};

/// How long to look away while something is waited for.
pub const GLANCE: Duration = Duration::from_millis(25);

/// What the page shows, as [`Seen`].
const SEEN: &str = r"
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
        notice: text('.banner span'),
        hint: text('#hint'),
        address: document.querySelector('button.address') ? own(document.querySelector('button.address')) : field('#txtUrl'),
        content: field('#txtContent'),
        buttons: [...document.querySelectorAll('button')].map((button) => button.textContent.trim()),
        unseen: text('.new-messages'),
        focus: focus === document.body ? '' : focus.id || focus.textContent.trim(),
    };
";

/// The page.
#[derive(Debug)]
pub struct Page {
    /// Where it is shown.
    pub window: Window,
}

/// What the page shows.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// The rows in the document: in a long list, those on the screen and a few beyond.
    pub rows: Vec<Row>,
    /// The count of messages sent.
    pub sent: String,
    /// The count of messages received.
    pub received: String,
    /// The word in the status line.
    pub state: String,
    /// The bar below it; empty when there is none.
    pub notice: String,
    /// The hint beside the input.
    pub hint: String,
    /// The address that is connected to, or in the address field.
    pub address: String,
    /// The text in the input.
    pub content: String,
    /// The words on all buttons.
    pub buttons: Vec<String>,
    /// The button that says how many rows are below.
    pub unseen: String,
    /// The id or the words of what has the focus.
    pub focus: String,
}

/// A row of the list.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// `info`, `success`, `warning` or `danger`.
    pub kind: String,
    /// The text.
    pub text: String,
    /// What became of a message of one's own.
    pub mark: String,
}

impl Seen {
    /// The rows as `KIND: TEXT`.
    pub fn transcript(&self) -> Vec<String> {
        self.rows.iter().map(|row| format!("{}: {}", row.kind, row.text)).collect()
    }

    /// The texts of the rows of this kind.
    pub fn texts(&self, kind: &str) -> Vec<&str> {
        self.rows.iter().filter(|row| row.kind == kind).map(|row| row.text.as_str()).collect()
    }

    /// The marks of one's own messages.
    pub fn marks(&self) -> Vec<&str> {
        self.rows.iter().filter(|row| row.kind == "success").map(|row| row.mark.as_str()).collect()
    }

    /// Whether there is a button with this word.
    pub fn has_button(&self, word: &str) -> bool {
        self.buttons.iter().any(|button| button == word)
    }
}

impl Page {
    /// Opens the page, in a window of its own.
    pub async fn open(browser: &Browser, url: &str) -> Self {
        Self::open_in(browser.window(Look::default()).await, url).await
    }

    /// Opens the page in this window.
    pub async fn open_in(window: Window, url: &str) -> Self {
        window.go(url).await;
        let page = Self { window };
        page.until("the page starts", |seen| !seen.state.is_empty()).await;
        page
    }

    /// Opens the page and waits until it is connected.
    pub async fn connected(browser: &Browser, url: &str) -> Self {
        let page = Self::open(browser, url).await;
        page.until_state("Connected").await;
        page
    }

    /// What it shows now.
    pub async fn seen(&self) -> Seen {
        serde_json::from_value(self.window.script(SEEN, Vec::new()).await).expect("the script returns this")
    }

    /// Waits until it shows something.
    pub async fn until(&self, what: &str, condition: impl Fn(&Seen) -> bool) -> Seen {
        let looking = async {
            loop {
                let seen = self.seen().await;
                if condition(&seen) {
                    return seen;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await.ok();
        let Some(seen) = found else { panic!("{what}: not seen within {PATIENCE:?}, but {:?}", self.seen().await) };
        seen
    }

    /// Waits until the status line says this.
    pub async fn until_state(&self, state: &str) -> Seen {
        self.until(state, |seen| seen.state == state).await
    }

    /// Waits until this is the newest row, as `KIND: TEXT`.
    pub async fn until_last(&self, row: &str) -> Seen {
        self.until(row, |seen| seen.transcript().last().is_some_and(|last| last == row)).await
    }

    /// Clicks into the input and types.
    pub async fn write(&self, text: &str) {
        self.window.click("//*[@id='txtContent']").await;
        self.window.press(text).await;
    }

    /// Types a line and presses Enter.
    pub async fn say(&self, text: &str) {
        self.write(text).await;
        self.window.press(Key::Enter).await;
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.window.press(keys).await;
    }

    /// Clicks the button with this word, as soon as there is one.
    pub async fn click(&self, word: &str) {
        self.window.click(&format!("//button[normalize-space()='{word}']")).await;
    }

    /// Replaces the address and connects to it.
    pub async fn dial(&self, url: &str) {
        self.window.click("//button[contains(@class,'address')]").await;
        self.until("the address field", |seen| seen.focus == "txtUrl").await;
        self.press(Key::Control + "a").await;
        self.press(url).await;
        self.press(Key::Enter).await;
    }

    /// Asserts that nothing went wrong that a person would not have seen, and closes the window.
    /// A page that is just dropped is closed as well, with nothing asserted.
    pub async fn leave(self) {
        assert_eq!(soon("the log", self.window.complaints()).await, [""; 0]);
        self.window.close().await;
    }
}
