//! A window of a browser: what a person, or a developer, can do with any page.

use std::path::Path;

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::browser::{Kind, Look};
use crate::driver::Driver;
use crate::page::GLANCE;
use crate::{chromium, firefox, soon};

/// A browser with one window; killed when it is dropped.
#[derive(Debug)]
pub struct Window {
    /// Whose it is.
    pub kind: Kind,
    session: WebDriver,
    driver: Driver,
}

impl Drop for Window {
    /// The driver is about to end as well, so it is not asked.
    fn drop(&mut self) {
        if self.session.clone().leak().is_err() {
            return; // It was closed.
        }
        if let Some(id) = self.process() {
            let _ = std::process::Command::new("kill").args(["-KILL", &id]).status();
        }
    }
}

impl Window {
    pub(crate) async fn open(kind: Kind, look: Look) -> Self {
        let driver = match kind {
            Kind::Chromium => chromium::driver().await,
            Kind::Firefox => firefox::driver().await,
        };
        let capabilities = match kind {
            Kind::Chromium => chromium::capabilities(look, driver.home()),
            Kind::Firefox => firefox::capabilities(look),
        };
        let starting = WebDriver::new(&driver.url, capabilities.expect("good capabilities"));
        let session = soon("a window", starting).await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        let window = Self { kind, session, driver };
        window.show_as(look).await;
        window
    }

    /// The browser's process id.
    pub fn process(&self) -> Option<String> {
        match self.kind {
            Kind::Chromium => chromium::process_id(self.driver.home()),
            Kind::Firefox => firefox::process_id(&self.session),
        }
    }

    /// The port where Chromium listens for `DevTools`.
    pub fn debugger(&self) -> u16 {
        let file = std::fs::read_to_string(chromium::profile(self.driver.home()).join("DevToolsActivePort"))
            .expect("it listens");
        file.lines().next().and_then(|port| port.parse().ok()).expect("a port in the first line")
    }

    /// Goes to an address and waits until it is loaded.
    pub async fn go(&self, url: &str) {
        soon("the page loads", self.session.goto(url)).await.expect("it can be loaded");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        soon("the page loads", self.session.refresh()).await.expect("it can be loaded");
    }

    /// What the address bar says.
    pub async fn address(&self) -> String {
        self.session.current_url().await.expect("the window is open").into()
    }

    /// Gives the page this size, and the person these preferences; not the language, which a
    /// browser is started with.
    pub async fn show_as(&self, look: Look) {
        match self.kind {
            Kind::Chromium => chromium::show_as(&self.session, look).await,
            Kind::Firefox => firefox::show_as(&self.session, look).await,
        }
    }

    /// Takes the network away, or gives it back.
    pub async fn set_offline(&self, offline: bool) {
        match self.kind {
            Kind::Chromium => chromium::set_offline(&self.session, offline).await,
            Kind::Firefox => firefox::set_offline(&self.session, offline).await,
        }
    }

    /// Runs a script in every page that is opened from now on, before the page's own.
    pub async fn run_before_pages(&self, script: &str) {
        match self.kind {
            Kind::Chromium => chromium::run_before_pages(&self.session, script).await,
            Kind::Firefox => firefox::run_before_pages(&self.session, script).await,
        }
    }

    /// Saves what is downloaded from now on in this folder, and asks nobody.
    pub async fn download_to(&self, folder: &Path) {
        match self.kind {
            Kind::Chromium => chromium::download_to(&self.session, folder).await,
            Kind::Firefox => firefox::download_to(&self.session, folder).await,
        }
    }

    /// Chooses a file in the field that this `XPath` finds.
    pub async fn choose_file(&self, path: &str, file: &Path) {
        let field = self.session.find(By::XPath(path)).await.expect("there is such a field");
        let file = file.to_str().expect("a name in UTF-8");
        soon("a file is chosen", field.send_keys(file)).await.expect("it can be chosen");
    }

    /// Runs a function's body in the page.
    pub async fn script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let returned = soon("a script", self.session.execute(body, arguments)).await;
        returned.unwrap_or_else(|error| panic!("{body}: {error}")).json().clone()
    }

    /// A command of the Chrome `DevTools` protocol, for what only Chromium can do.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        chromium::devtools(&self.session, method, parameters).await
    }

    /// Presses keys where the focus is. The end of a line is the Enter key: Firefox would type it as
    /// a character that no keyboard has.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let enter = char::from(Key::Enter).to_string();
        let keys = keys.into().to_string().replace('\n', &enter);
        let focused = self.session.active_element().await.expect("something has the focus");
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
        self.session.find(By::XPath(path)).await?.click().await
    }

    /// Errors, panics and violations of the page's policy since the last time. That a server is
    /// not there is not the page's fault.
    pub async fn complaints(&self) -> Vec<String> {
        match self.kind {
            Kind::Chromium => soon("the log", chromium::complaints(&self.session)).await,
            Kind::Firefox => soon("the log", firefox::complaints(&self.session)).await,
        }
    }

    /// Closes it, and with it its browser.
    pub async fn close(self) {
        soon("the window closes", self.session.clone().quit()).await.expect("it can be closed");
    }

    /// Writes what is seen to a PNG file.
    pub async fn screenshot(&self, file: &Path) {
        soon("a picture", self.session.screenshot(file)).await.expect("it can be written");
    }
}
