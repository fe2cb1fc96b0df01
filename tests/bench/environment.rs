//! Browser and servers of a benchmark run, and pages in windows.

use std::time::Duration;

use serde_json::{Value, json};
use support::browser::{BrowserKind, DisplaySettings};
use support::page::POLL_INTERVAL;
use support::window::Window;
use support::{Browser, Yodel};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::subject::Subject;
use crate::tutorial;

/// Arguments of both servers: defaults, except that /ws broadcasts.
const SERVER: [&str; 2] = ["--plain", "broadcast"];

/// Arguments for the tutorial's page, which would otherwise be closed as a slow reader.
const TOLERANT: [&str; 4] = ["--max-queue", "1GiB", "--pong", "10m"];

/// Deadline of a wait: a page that falls behind may need minutes to catch up.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The browser, and the folder of the tutorial's page.
#[derive(Debug)]
pub struct BenchEnvironment {
    browser: Browser,
    tutorial: TempDir,
}

/// A page in a window and its server.
#[derive(Debug)]
pub struct PageSession {
    pub yodel: Yodel,
    pub window: Window,
}

impl BenchEnvironment {
    pub async fn open() -> Self {
        Self { browser: Browser::start(BrowserKind::Chromium).await, tutorial: tutorial::folder() }
    }

    /// Returns the browser's name and version.
    pub async fn browser_name(&self) -> String {
        let window = self.browser.own_window(DisplaySettings::default()).await;
        let version = window.devtools("Browser.getVersion", json!({})).await;
        window.close().await;
        version["product"].as_str().expect("product name is a string").replace('/', " ")
    }

    /// Starts the server of a page on this address.
    pub async fn serve(&self, subject: Subject, listen: &str) -> Yodel {
        let mut arguments = SERVER.to_vec();
        if subject == Subject::Tutorial {
            let folder = self.tutorial.path().to_str().expect("path is UTF-8");
            arguments.extend(TOLERANT.iter().chain(&["--dist", folder]));
        }
        Yodel::serve_at(listen, &arguments).await
    }

    /// Opens a window with a new profile that runs `probe.js` in its pages.
    pub async fn window(&self) -> Window {
        let window = self.browser.own_window(DisplaySettings::default()).await;
        let source = json!({ "source": include_str!("probe.js") });
        window.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
        window
    }

    /// Starts a server and opens its page, connected and with the message field focused.
    pub async fn open_page(&self, subject: Subject) -> PageSession {
        let yodel = self.serve(subject, "127.0.0.1:0").await;
        let session = PageSession { window: self.window().await, yodel };
        session.window.go(&session.yodel.url).await;
        session.window.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        session.wait_until("connected", "document.querySelector('#divShow .list-group-item-info')").await;
        session.window.click("//*[@id='txtContent']").await;
        session
    }
}

impl PageSession {
    /// Waits until a script expression is neither null nor false, and returns its value.
    pub async fn wait_until(&self, description: &str, expression: &str) -> Value {
        wait_until(&self.window, description, expression).await
    }
}

/// Waits until a script expression in this window is neither null nor false, and returns its value.
pub async fn wait_until(window: &Window, description: &str, expression: &str) -> Value {
    let body = format!("return {expression}");
    let polling = timeout(TIMEOUT, async {
        loop {
            let value = window.script(&body, Vec::new()).await;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return value;
            }
            sleep(POLL_INTERVAL).await;
        }
    });
    polling.await.unwrap_or_else(|_| panic!("timed out after {TIMEOUT:?}: {description}"))
}
