//! A window of a browser: what a person, or a developer, can do with any page.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::BrowserLogEntry;
use thirtyfour::prelude::*;

use crate::browser::Look;
use crate::page::GLANCE;
use crate::soon;

/// A Chromium with one window; killed when it is dropped.
#[derive(Debug)]
pub struct Window {
    driver: WebDriver,
    profile: TempDir,
}

impl Drop for Window {
    /// Chromedriver may be about to end as well, so it is not asked.
    fn drop(&mut self) {
        if self.driver.clone().leak().is_err() {
            return; // It was closed.
        }
        if let Some(id) = self.process() {
            let _ = std::process::Command::new("kill").args(["-KILL", &id]).status();
        }
    }
}

impl Window {
    pub(crate) fn new(driver: WebDriver, profile: TempDir) -> Self {
        Self { driver, profile }
    }

    /// Chromium's process id, which it keeps in its profile as `HOST-ID`.
    pub fn process(&self) -> Option<String> {
        let lock = std::fs::read_link(self.profile.path().join("SingletonLock")).ok()?;
        lock.to_string_lossy().rsplit_once('-').map(|(_, id)| id.to_owned())
    }

    /// The port where Chromium listens for `DevTools`.
    pub fn debugger(&self) -> u16 {
        let file = std::fs::read_to_string(self.profile.path().join("DevToolsActivePort")).expect("it listens");
        file.lines().next().and_then(|port| port.parse().ok()).expect("a port in the first line")
    }

    /// Goes to an address and waits until it is loaded.
    pub async fn go(&self, url: &str) {
        soon("the page loads", self.driver.goto(url)).await.expect("it can be loaded");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        soon("the page loads", self.driver.refresh()).await.expect("it can be loaded");
    }

    /// What the address bar says.
    pub async fn address(&self) -> String {
        self.driver.current_url().await.expect("the window is open").into()
    }

    /// Gives the page this size and colour scheme.
    pub async fn show_as(&self, look: Look) {
        let size = json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if look.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Runs a function's body in the page.
    pub async fn script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let returned = soon("a script", self.driver.execute(body, arguments)).await;
        returned.unwrap_or_else(|error| panic!("{body}: {error}")).json().clone()
    }

    /// A command of the Chrome `DevTools` protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = soon(method, self.driver.cdp().send_raw(method, parameters)).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let focused = self.driver.active_element().await.expect("something has the focus");
        soon("keys", focused.send_keys(keys)).await.expect("they can be pressed");
    }

    /// Clicks what this `XPath` finds, as soon as it can be clicked.
    pub async fn click(&self, path: &str) {
        let click = async {
            while self.try_click(path).await.is_err() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        soon(&format!("a click on {path}"), click).await;
    }

    async fn try_click(&self, path: &str) -> WebDriverResult<()> {
        self.driver.find(By::XPath(path)).await?.click().await
    }

    /// What the browser logged since the last time.
    pub async fn log(&self) -> Vec<BrowserLogEntry> {
        self.driver.browser_log().await.expect("the window is open")
    }

    /// Errors, panics and violations of the page's policy since the last time. That a server is
    /// not there is not the page's fault.
    pub async fn complaints(&self) -> Vec<String> {
        let is_fault = |entry: &BrowserLogEntry| {
            let words = ["Refused to", "Content Security Policy", "panicked"];
            let excused = entry.message.contains("WebSocket connection to");
            words.iter().any(|word| entry.message.contains(word)) || (entry.level == "SEVERE" && !excused)
        };
        self.log().await.into_iter().filter(is_fault).map(|entry| entry.message).collect()
    }

    /// Closes it, and with it its Chromium.
    pub async fn close(self) {
        soon("the window closes", self.driver.clone().quit()).await.expect("it can be closed");
    }

    /// Writes what is seen to a PNG file.
    pub async fn screenshot(&self, file: &Path) {
        soon("a picture", self.driver.screenshot(file)).await.expect("it can be written");
    }
}
