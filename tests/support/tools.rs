//! The page's tools: what a person does with them, and what they show.

use serde_json::json;
use thirtyfour::Key;

use crate::PATIENCE;
use crate::page::{GLANCE, Page};

/// The words of all that a selector finds, with single spaces.
const WORDS: &str = r"
    const words = (element) => element.textContent.trim().replace(/\s+/g, ' ');
    return [...document.querySelectorAll(arguments[0])].map(words);
";

impl Page {
    /// Opens the tools, or closes them.
    pub async fn toggle_tools(&self) {
        self.window.click("//header//button[contains(@class, 'tools')]").await;
    }

    /// Opens the tools and waits until they are there.
    pub async fn open_tools(&self) {
        self.toggle_tools().await;
        self.until_words(".sidebar", |side| side.len() == 1).await;
    }

    /// Replaces what is in the field with this id.
    pub async fn fill(&self, id: &str, text: &str) {
        self.window.click(&format!("//*[@id='{id}']")).await;
        self.press(Key::Control + "a").await;
        self.press(Key::Backspace).await;
        self.press(text).await;
    }

    /// Chooses this value in the list with this id.
    pub async fn choose(&self, id: &str, value: &str) {
        self.window.click(&format!("//select[@id='{id}']/option[@value='{value}']")).await;
    }

    /// Opens the part that is folded behind this word. What is clicked may have moved by then: once more.
    pub async fn unfold(&self, word: &str) {
        let open = async || self.words("details[open] > summary").await.iter().any(|open| open == word);
        while !open().await {
            self.window.click(&format!("//summary[normalize-space()='{word}']")).await;
        }
    }

    /// Ticks the box with this word, or takes the tick away.
    pub async fn tick(&self, word: &str) {
        self.window.click(&format!("//label[normalize-space()='{word}']/input")).await;
    }

    /// Joins a room, or looks at it.
    pub async fn join(&self, room: &str) {
        self.fill("room", &format!("{room}\n")).await;
        let heading = format!("Members of #{room}");
        self.until_words("#h-people", |words| words == [&*heading]).await;
    }

    /// The words of all that this CSS selector finds.
    pub async fn words(&self, selector: &str) -> Vec<String> {
        let words = self.window.script(WORDS, vec![json!(selector)]).await;
        serde_json::from_value(words).expect("the script returns texts")
    }

    /// Waits until the words of all that this CSS selector finds are as wanted.
    pub async fn until_words(&self, selector: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
        let looking = async {
            loop {
                let words = self.words(selector).await;
                if wanted(&words) {
                    return words;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await.ok();
        let Some(words) = found else { panic!("{selector}: not as wanted, but {:?}", self.words(selector).await) };
        words
    }

    /// Waits until what this CSS selector finds says this.
    pub async fn until_says(&self, selector: &str, words: &str) {
        self.until_words(selector, |found| found == [words]).await;
    }
}
