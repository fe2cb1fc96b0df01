//! Chromium: what `WebDriver` leaves out, by the Chrome `DevTools` protocol.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, LoggingPrefsLogLevel};

use crate::browser::Look;
use crate::driver::Driver;
use crate::soon;

/// What keeps it quiet, small and the same everywhere.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // The tests make their certificates themselves.
    "--ignore-certificate-errors",
];

pub(crate) async fn driver() -> Driver {
    Driver::start("chromedriver", &["--port=0"], "successfully on port ").await
}

pub(crate) fn capabilities(look: Look, home: &Path) -> WebDriverResult<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile(home).display()))?;
    capabilities.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
    capabilities.add_arg(&format!("--lang={}", look.language))?;
    capabilities.add_arg(&format!("--accept-lang={}", look.language))?;
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    Ok(capabilities.into())
}

/// The folder where it keeps what it knows.
pub(crate) fn profile(home: &Path) -> std::path::PathBuf {
    home.join("profile")
}

/// Chromium keeps its process id in its profile, as `HOST-ID`.
pub(crate) fn process_id(home: &Path) -> Option<String> {
    let lock = std::fs::read_link(profile(home).join("SingletonLock")).ok()?;
    lock.to_string_lossy().rsplit_once('-').map(|(_, id)| id.to_owned())
}

/// A command of the Chrome `DevTools` protocol.
pub(crate) async fn devtools(session: &WebDriver, method: &str, parameters: Value) -> Value {
    let answer = soon(method, session.cdp().send_raw(method, parameters)).await;
    answer.unwrap_or_else(|error| panic!("{method}: {error}"))
}

pub(crate) async fn show_as(session: &WebDriver, look: Look) {
    let (width, height) = look.page();
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": look.zoom, "mobile": false });
    devtools(session, "Emulation.setDeviceMetricsOverride", size).await;
    let features = look.media().map(|(name, value)| json!({ "name": name, "value": value }));
    devtools(session, "Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

pub(crate) async fn set_offline(session: &WebDriver, offline: bool) {
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    devtools(session, "Network.enable", json!({})).await;
    devtools(session, "Network.emulateNetworkConditions", conditions).await;
}

pub(crate) async fn run_before_pages(session: &WebDriver, script: &str) {
    devtools(session, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
}

pub(crate) async fn download_to(session: &WebDriver, folder: &Path) {
    let parameters = json!({ "behavior": "allow", "downloadPath": folder });
    devtools(session, "Browser.setDownloadBehavior", parameters).await;
}

/// Errors, panics and violations of the page's policy in the log.
pub(crate) async fn complaints(session: &WebDriver) -> Vec<String> {
    let is_fault = |entry: &BrowserLogEntry| {
        let words = ["Refused to", "Content Security Policy", "panicked"];
        // A server that is gone has no socket; nor what a browser fetches when the page is there already.
        let gone = [
            "WebSocket connection to",
            "An unknown error occurred when fetching the script",
            "/icon.svg - Failed to load resource: net::ERR_CONNECTION",
            "/manifest.webmanifest - Failed to load resource: net::ERR_CONNECTION",
        ];
        let excused = gone.iter().any(|words| entry.message.contains(words));
        words.iter().any(|word| entry.message.contains(word)) || (entry.level == "SEVERE" && !excused)
    };
    let log = session.browser_log().await.expect("the window is open");
    log.into_iter().filter(is_fault).map(|entry| entry.message).collect()
}
