//! A server, and a window with a page in it.

use std::time::Duration;

use serde_json::{Value, json};
use support::browser::{Kind, Look};
use support::page::GLANCE;
use support::window::Window;
use support::{Browser, Yodel};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::contestant::Contestant;
use crate::tutorial;

/// Our page is served as everybody gets it, but that /ws is broadcast.
const SERVER: [&str; 2] = ["--plain", "broadcast"];

/// A page that falls behind is usually closed. This one shall show how far behind it falls.
const PATIENT: [&str; 4] = ["--max-queue", "1GiB", "--pong", "10m"];

/// A page that falls behind may need minutes to catch up, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(300);

/// A browser for all windows, and the pages that the binary does not have.
#[derive(Debug)]
pub struct Theatre {
    browser: Browser,
    tutorial: TempDir,
}

/// A page in a window, and its server.
#[derive(Debug)]
pub struct Stage {
    pub yodel: Yodel,
    pub window: Window,
}

impl Theatre {
    pub async fn open() -> Self {
        Self { browser: Browser::start(Kind::Chromium).await, tutorial: tutorial::folder() }
    }

    /// The browser's name and version.
    pub async fn browser_name(&self) -> String {
        let window = self.browser.window(Look::default()).await;
        let version = window.devtools("Browser.getVersion", json!({})).await;
        window.close().await;
        version["product"].as_str().expect("it has a name").replace('/', " ")
    }

    /// The server of a page, on a free port or again on the one that it had.
    pub async fn serve(&self, contestant: Contestant, listen: &str) -> Yodel {
        let mut arguments = SERVER.to_vec();
        if contestant == Contestant::Tutorial {
            let folder = self.tutorial.path().to_str().expect("a plain name");
            arguments.extend(PATIENT.iter().chain(&["--dist", folder]));
        }
        Yodel::serve_at(listen, &arguments).await
    }

    /// A window that watches what comes into it, of a browser that was never used before.
    pub async fn window(&self) -> Window {
        let window = self.browser.window(Look::default()).await;
        let source = json!({ "source": include_str!("probe.js") });
        window.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
        window
    }

    /// A page that is connected and has the focus.
    pub async fn play(&self, contestant: Contestant) -> Stage {
        let yodel = self.serve(contestant, "127.0.0.1:0").await;
        let stage = Stage { window: self.window().await, yodel };
        stage.window.go(&stage.yodel.url).await;
        stage.window.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        stage.until("it is connected", "document.querySelector('#divShow .list-group-item-info')").await;
        stage.window.click("//*[@id='txtContent']").await;
        stage
    }
}

impl Stage {
    /// Waits until this expression says something.
    pub async fn until(&self, what: &str, expression: &str) -> Value {
        until(&self.window, what, expression).await
    }
}

/// Waits until this expression says something other than nothing or `false` in this window.
pub async fn until(window: &Window, what: &str, expression: &str) -> Value {
    let body = format!("return {expression}");
    let said = timeout(PATIENCE, async {
        loop {
            let value = window.script(&body, Vec::new()).await;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return value;
            }
            sleep(GLANCE).await;
        }
    });
    said.await.unwrap_or_else(|_| panic!("{what}: did not happen within {PATIENCE:?}"))
}
