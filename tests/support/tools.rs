//! Page object of the tools panel: user actions and the texts that it shows.

use serde_json::json;
use thirtyfour::Key;

use crate::page::{POLL_INTERVAL, Page};
use crate::{TIMEOUT, with_timeout};

/// Returns the texts of all elements that a selector finds, with collapsed white space.
const TEXTS: &str = r"
    const text = (element) => element.textContent.trim().replace(/\s+/g, ' ');
    return [...document.querySelectorAll(arguments[0])].map(text);
";

impl Page {
    /// Opens or closes the tools panel.
    pub async fn toggle_tools(&self) {
        self.window.click("//header//button[contains(@class, 'tools')]").await;
    }

    /// Opens the tools panel and waits until it is shown.
    pub async fn open_tools(&self) {
        self.toggle_tools().await;
        self.wait_for_texts(".sidebar", |side| side.len() == 1).await;
    }

    /// Replaces the content of the field with this id.
    pub async fn fill(&self, id: &str, text: &str) {
        self.window.click(&format!("//*[@id='{id}']")).await;
        self.press(Key::Control + "a").await;
        self.press(Key::Backspace).await;
        self.press(text).await;
    }

    /// Selects an option in the `select` element with this id.
    pub async fn choose(&self, id: &str, value: &str) {
        self.window.click(&format!("//select[@id='{id}']/option[@value='{value}']")).await;
    }

    /// Opens the `details` element with this summary. Repeats the click, because the layout may have moved.
    pub async fn unfold(&self, label: &str) {
        let open = async || self.element_texts("details[open] > summary").await.iter().any(|open| open == label);
        with_timeout(&format!("unfolding {label}"), async {
            while !open().await {
                self.window.click(&format!("//summary[normalize-space()='{label}']")).await;
            }
        })
        .await;
    }

    /// Toggles the checkbox with this label.
    pub async fn tick(&self, label: &str) {
        self.window.click(&format!("//label[normalize-space()='{label}']/input")).await;
    }

    /// Joins or selects a room and waits until its members are shown.
    pub async fn join(&self, room: &str) {
        self.fill("room", &format!("{room}\n")).await;
        let heading = format!("Members of #{room}");
        self.wait_for_texts("#h-people", |texts| texts == [&*heading]).await;
    }

    /// Returns the texts of all elements that a CSS selector finds.
    pub async fn element_texts(&self, selector: &str) -> Vec<String> {
        let texts = self.window.script(TEXTS, vec![json!(selector)]).await;
        serde_json::from_value(texts).expect("script returns strings")
    }

    /// Polls the texts of the elements that a CSS selector finds until `condition` holds, and returns them.
    pub async fn wait_for_texts(&self, selector: &str, condition: impl Fn(&[String]) -> bool) -> Vec<String> {
        let polling = async {
            loop {
                let texts = self.element_texts(selector).await;
                if condition(&texts) {
                    return texts;
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        let found = tokio::time::timeout(TIMEOUT, polling).await.ok();
        let Some(texts) = found else {
            panic!("timed out after {TIMEOUT:?}: {selector}; page: {:?}", self.element_texts(selector).await)
        };
        texts
    }

    /// Waits until a CSS selector finds one element with this text.
    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        self.wait_for_texts(selector, |found| found == [text]).await;
    }
}
