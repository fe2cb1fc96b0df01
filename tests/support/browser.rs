//! Browsers: a chromedriver process, and Chromium windows that it opens.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, LoggingPrefsLogLevel};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{PATIENCE, soon};

/// Browsers at the same time: each takes a few hundred megabytes and most of a core.
static TURNS: Semaphore = Semaphore::const_new(2);

/// What keeps Chromium quiet, small and the same everywhere.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A chromedriver process; killed when it is dropped, after the windows that it opened.
#[derive(Debug)]
pub struct Browser {
    url: String,
    _driver: Child,
    /// Open as long as the process, which may say more.
    _output: Lines<BufReader<ChildStdout>>,
    _turn: SemaphorePermit<'static>,
}

/// What a window is like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width of the page in pixels.
    pub width: u32,
    /// Height of the page in pixels.
    pub height: u32,
    /// What the person prefers.
    pub dark: bool,
    /// The browser's language.
    pub language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 800, dark: false, language: "en" }
    }
}

impl Browser {
    /// Starts chromedriver, when it is its turn.
    pub async fn start() -> Self {
        let turn = TURNS.acquire().await.expect("never closed");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut driver = command.spawn().expect("chromedriver is on PATH: scripts/browser installs it");
        let mut output = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = soon("chromedriver's port", port(&mut output)).await;
        Self { url: format!("http://127.0.0.1:{port}"), _driver: driver, _output: output, _turn: turn }
    }

    /// Opens a window of a person who was never here before.
    pub async fn window(&self, look: Look) -> Window {
        let profile = tempfile::tempdir().expect("a folder");
        let capabilities = capabilities(look, profile.path()).expect("good capabilities");
        let driver = soon("a window", WebDriver::new(&self.url, capabilities)).await.expect("Chromium starts");
        let window = Window { driver, profile };
        window.show_as(look).await;
        window
    }
}

async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> u16 {
    while let Some(line) = output.next_line().await.expect("readable") {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended");
}

fn capabilities(look: Look, profile: &Path) -> WebDriverResult<thirtyfour::ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    capabilities.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
    capabilities.add_arg(&format!("--lang={}", look.language))?;
    capabilities.add_arg(&format!("--accept-lang={}", look.language))?;
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}

/// A Chromium with one window; killed when it is dropped.
#[derive(Debug)]
pub struct Window {
    driver: WebDriver,
    profile: TempDir,
}

impl Drop for Window {
    /// Chromedriver may be about to end as well, so it is not asked. Chromium keeps its process id
    /// in its profile, as `HOST-ID`.
    fn drop(&mut self) {
        if self.driver.clone().leak().is_err() {
            return; // It was closed.
        }
        let lock = std::fs::read_link(self.profile.path().join("SingletonLock")).unwrap_or_default();
        if let Some((_, id)) = lock.to_string_lossy().rsplit_once('-') {
            let _ = std::process::Command::new("kill").args(["-KILL", id]).status();
        }
    }
}

impl Window {
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
                tokio::time::sleep(crate::page::GLANCE).await;
            }
        };
        let clicked = tokio::time::timeout(PATIENCE, click).await;
        if clicked.is_err() {
            panic!("{path} cannot be clicked: {:?}", self.try_click(path).await);
        }
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
