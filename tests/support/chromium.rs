//! Chromium-specific automation: what `WebDriver` lacks, through the Chrome `DevTools` Protocol.

use std::io;
use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, LoggingPrefsLogLevel};

use crate::browser::DisplaySettings;
use crate::browser_context::BrowserContext;
use crate::control_socket::ControlSocket;
use crate::driver::Driver;
use crate::session_endpoint::SessionEndpoint;
use crate::with_timeout;

/// Command-line arguments for reproducible, isolated headless runs.
const ARGUMENTS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A quarter of the processor time of a start.
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    // The popups of the address bar would start a process for each window, two thirds of its processor time.
    "--disable-features=Translate,OptimizationHints,MediaRouter,PreloadTopChromeWebUI,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    // The tests use self-signed certificates.
    "--ignore-certificate-errors",
];

pub(crate) async fn driver() -> Driver {
    Driver::start("chromedriver", &["--port=0"], "successfully on port ").await
}

pub(crate) fn capabilities(settings: DisplaySettings, home: &Path) -> WebDriverResult<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile(home).display()))?;
    capabilities.add_arg(&format!("--window-size={},{}", settings.width, settings.height))?;
    capabilities.add_arg(&format!("--lang={}", settings.language))?;
    capabilities.add_arg(&format!("--accept-lang={}", settings.language))?;
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    Ok(capabilities.into())
}

/// Returns the folder of the user profile.
pub(crate) fn profile(home: &Path) -> std::path::PathBuf {
    home.join("profile")
}

/// Returns the browser's process id. Chromium stores it in its profile, as a link to `HOST-ID`.
pub(crate) fn process_id(home: &Path) -> Option<String> {
    let lock = std::fs::read_link(profile(home).join("SingletonLock")).ok()?;
    lock.to_string_lossy().rsplit_once('-').map(|(_, id)| id.to_owned())
}

/// Returns the content of a file that Chromium writes at its start: the port of the `DevTools` Protocol, and the path of
/// the browser's own endpoint.
fn devtools_endpoint(home: &Path) -> (u16, String) {
    let file = std::fs::read_to_string(profile(home).join("DevToolsActivePort")).expect("DevTools port file exists");
    let (port, path) = file.split_once('\n').expect("file has two lines");
    (port.parse().expect("first line is a port"), path.trim_end().to_owned())
}

/// Returns the port of the `DevTools` Protocol.
pub(crate) fn devtools_port(home: &Path) -> u16 {
    devtools_endpoint(home).0
}

/// Returns the URL of the browser's `DevTools` endpoint.
pub(crate) fn control_url(home: &Path) -> String {
    let (port, path) = devtools_endpoint(home);
    format!("ws://127.0.0.1:{port}{path}")
}

/// Opens a profile, as a private window has one, with an empty page. It has a window of its own, so that it is visible
/// and neither its timers nor its frames are slowed down.
pub(crate) fn open_context(control: &mut ControlSocket, settings: DisplaySettings) -> io::Result<BrowserContext> {
    let id = control.create("Target.createBrowserContext", &json!({}), "browserContextId")?;
    let (width, height) = (settings.width, settings.height);
    let page = json!({ "url": "about:blank", "browserContextId": id, "width": width, "height": height });
    let page = control.create("Target.createTarget", &page, "targetId")?;
    Ok(BrowserContext { id: Some(id), page })
}

/// Closes the profile's pages and deletes its data.
pub(crate) fn close_context(control: &mut ControlSocket, context: &BrowserContext) -> io::Result<()> {
    control.run("Target.disposeBrowserContext", &json!({ "browserContextId": context.id })).map(drop)
}

/// Discards console messages of earlier pages.
pub(crate) async fn reset(session: &WebDriver) -> WebDriverResult<()> {
    session.browser_log().await.map(drop)
}

/// Runs a command of the Chrome `DevTools` Protocol and returns its result.
pub(crate) async fn devtools(session: &WebDriver, method: &str, parameters: Value) -> Value {
    let result = with_timeout(method, session.cdp().send_raw(method, parameters)).await;
    result.unwrap_or_else(|error| panic!("{method}: {error}"))
}

pub(crate) async fn apply_display(session: &WebDriver, settings: DisplaySettings) {
    let (width, height) = settings.css_size();
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": settings.zoom, "mobile": false });
    devtools(session, "Emulation.setDeviceMetricsOverride", size).await;
    let features = settings.media().map(|(name, value)| json!({ "name": name, "value": value }));
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

pub(crate) fn download_to(control: &mut ControlSocket, context: &BrowserContext, folder: &Path) -> io::Result<()> {
    let mut parameters = json!({ "behavior": "allow", "downloadPath": folder });
    if let Some(id) = &context.id {
        parameters["browserContextId"] = id.as_str().into();
    }
    control.run("Browser.setDownloadBehavior", &parameters).map(drop)
}

/// Returns the errors, panics and policy violations in the console, and clears it.
pub(crate) async fn console_errors(session: &WebDriver) -> Vec<String> {
    let is_error = |entry: &BrowserLogEntry| {
        let words = ["Refused to", "Content Security Policy", "panicked"];
        // Expected while a test's server is down: failed sockets and background fetches.
        let expected = [
            "WebSocket connection to",
            "An unknown error occurred when fetching the script",
            "/icon.svg - Failed to load resource: net::ERR_CONNECTION",
            "/manifest.webmanifest - Failed to load resource: net::ERR_CONNECTION",
        ];
        let is_expected = expected.iter().any(|words| entry.message.contains(words));
        words.iter().any(|word| entry.message.contains(word)) || (entry.level == "SEVERE" && !is_expected)
    };
    let log = session.browser_log().await.expect("window is open");
    log.into_iter().filter(is_error).map(|entry| entry.message).collect()
}

/// Returns all messages in the console, and clears it.
pub(crate) fn console(endpoint: &SessionEndpoint) -> io::Result<Vec<String>> {
    let entries = endpoint.post("/se/log", &json!({ "type": "browser" }))?;
    let text = |entry: &Value| format!("{}: {}", entry["level"], entry["message"]);
    Ok(entries.as_array().into_iter().flatten().map(text).collect())
}
