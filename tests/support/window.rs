//! A browser window: actions that work on any page.

use std::path::Path;

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::browser::{BrowserKind, DisplaySettings};
use crate::browser_context::BrowserContext;
use crate::page::POLL_INTERVAL;
use crate::running_browser::RunningBrowser;
use crate::{chromium, firefox, with_timeout};

/// A browser window with an empty profile; closed on drop.
#[derive(Debug)]
pub struct Window {
    /// The browser.
    pub kind: BrowserKind,
    /// `None` while the window is dropped.
    browser: Option<RunningBrowser>,
    context: BrowserContext,
}

impl Drop for Window {
    /// Returns the browser, or kills it if nothing else may use it. In a failing test, prints the messages of the
    /// console before; the browser is killed, because its state may be the reason of the failure.
    fn drop(&mut self) {
        let is_failing = std::thread::panicking();
        if is_failing {
            eprintln!("console of {:?}: {:#?}", self.kind, self.console());
        }
        let browser = self.browser.take().expect("dropped once");
        if !is_failing && self.context.id.is_some() {
            browser.release(&self.context);
        }
    }
}

impl Window {
    /// Opens a window in a running browser, which it returns when it is closed.
    pub(crate) async fn open(kind: BrowserKind, settings: DisplaySettings) -> Self {
        let (browser, context) = RunningBrowser::with_context(kind, settings).await;
        Self::with_display(browser, context, settings).await
    }

    /// Opens the only window of a new browser.
    pub(crate) async fn open_alone(kind: BrowserKind, settings: DisplaySettings) -> Self {
        let browser = RunningBrowser::start(kind, settings).await;
        let context = browser.first_context().await;
        Self::with_display(browser, context, settings).await
    }

    async fn with_display(browser: RunningBrowser, context: BrowserContext, settings: DisplaySettings) -> Self {
        let window = Self { kind: browser.kind, browser: Some(browser), context };
        window.apply_display(settings).await;
        window
    }

    fn browser(&self) -> &RunningBrowser {
        self.browser.as_ref().expect("window is open")
    }

    fn session(&self) -> &WebDriver {
        &self.browser().session
    }

    /// Returns the browser's process id.
    pub fn process(&self) -> Option<String> {
        match self.kind {
            BrowserKind::Chromium => chromium::process_id(self.browser().driver.home()),
            BrowserKind::Firefox => firefox::process_id(self.session()),
        }
    }

    /// Returns Chromium's port of the `DevTools` Protocol.
    pub fn devtools_port(&self) -> u16 {
        chromium::devtools_port(self.browser().driver.home())
    }

    /// Navigates to a URL and waits until it is loaded.
    pub async fn go(&self, url: &str) {
        with_timeout("loading the page", self.session().goto(url)).await.expect("page can be loaded");
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        with_timeout("loading the page", self.session().refresh()).await.expect("page can be loaded");
    }

    /// Returns to the page before this one, as the browser's Back button does.
    pub async fn back(&self) {
        with_timeout("loading the page", self.session().back()).await.expect("page can be loaded");
    }

    /// Returns the URL in the address bar.
    pub async fn address(&self) -> String {
        with_timeout("the address", self.session().current_url()).await.expect("window is open").into()
    }

    /// Applies size, zoom and media features. The language is fixed when the browser starts.
    pub async fn apply_display(&self, settings: DisplaySettings) {
        match self.kind {
            BrowserKind::Chromium => chromium::apply_display(self.session(), settings).await,
            BrowserKind::Firefox => firefox::apply_display(self.session(), settings).await,
        }
    }

    /// Emulates a lost or restored network.
    pub async fn set_offline(&self, offline: bool) {
        match self.kind {
            BrowserKind::Chromium => chromium::set_offline(self.session(), offline).await,
            BrowserKind::Firefox => firefox::set_offline(self.session(), offline).await,
        }
    }

    /// Runs a script in every page that is opened from now on, before the page's own scripts.
    pub async fn run_before_pages(&self, script: &str) {
        match self.kind {
            BrowserKind::Chromium => chromium::run_before_pages(self.session(), script).await,
            BrowserKind::Firefox => {
                let added = firefox::run_before_pages(&mut self.browser().control.lock(), &self.context, script);
                added.expect("preload script is accepted");
            }
        }
    }

    /// Saves downloads in this folder without a prompt.
    pub async fn download_to(&self, folder: &Path) {
        match self.kind {
            BrowserKind::Chromium => {
                let set = chromium::download_to(&mut self.browser().control.lock(), &self.context, folder);
                set.expect("folder is accepted");
            }
            BrowserKind::Firefox => firefox::download_to(self.session(), folder).await,
        }
    }

    /// Selects a file in the file input that this `XPath` finds.
    pub async fn choose_file(&self, path: &str, file: &Path) {
        let field = with_timeout(path, self.session().find(By::XPath(path))).await.expect("file input exists");
        let file = file.to_str().expect("path is UTF-8");
        with_timeout("selecting a file", field.send_keys(file)).await.expect("file can be selected");
    }

    /// Runs a function body in the page and returns its result.
    pub async fn script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let returned = with_timeout("a script", self.session().execute(body, arguments)).await;
        returned.unwrap_or_else(|error| panic!("{body}: {error}")).json().clone()
    }

    /// Runs a command of the Chrome `DevTools` Protocol. Chromium only.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        chromium::devtools(self.session(), method, parameters).await
    }

    /// Sends keys to the focused element. A line feed is sent as the Enter key, because Firefox would type it
    /// as a character.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let enter = char::from(Key::Enter).to_string();
        let keys = keys.into().to_string().replace('\n', &enter);
        let focused = with_timeout("the focused element", self.session().active_element()).await;
        let focused = focused.expect("an element has the focus");
        with_timeout("sending keys", focused.send_keys(keys)).await.expect("element accepts keys");
    }

    /// Waits until the element that this `XPath` finds can be clicked, and clicks it.
    pub async fn click(&self, path: &str) {
        let click = async {
            while self.try_click(path).await.is_err() {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        with_timeout(&format!("clicking {path}"), click).await;
    }

    async fn try_click(&self, path: &str) -> WebDriverResult<()> {
        self.session().find(By::XPath(path)).await?.click().await
    }

    /// Returns the errors, panics and policy violations in the console since the last call. Failed
    /// connections to a server are excluded.
    pub async fn console_errors(&self) -> Vec<String> {
        match self.kind {
            BrowserKind::Chromium => {
                with_timeout("reading the console", chromium::console_errors(self.session())).await
            }
            BrowserKind::Firefox => with_timeout("reading the console", firefox::console_errors(self.session())).await,
        }
    }

    /// Returns the messages in the browser's console, or the reason why they cannot be read. Blocks the thread for at
    /// most a few seconds, so that it can be called while a test panics.
    pub fn console(&self) -> Vec<String> {
        let endpoint = self.browser().endpoint();
        let messages = match self.kind {
            BrowserKind::Chromium => chromium::console(&endpoint),
            BrowserKind::Firefox => firefox::console(&endpoint),
        };
        messages.unwrap_or_else(|error| vec![format!("cannot be read: {error}")])
    }

    /// Closes the window. A browser of its own quits.
    pub async fn close(self) {
        if self.context.id.is_none() {
            let quitting = self.session().clone().quit();
            with_timeout("closing the window", quitting).await.expect("window can be closed");
        }
    }

    /// Writes a screenshot to a PNG file.
    pub async fn screenshot(&self, file: &Path) {
        with_timeout("a screenshot", self.session().screenshot(file)).await.expect("file is writable");
    }
}
