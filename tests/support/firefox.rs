//! Firefox-specific automation: what `WebDriver` lacks, through scripts in the browser's chrome context.

use std::io;
use std::path::Path;

use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};

use crate::browser::DisplaySettings;
use crate::browser_context::BrowserContext;
use crate::control_socket::ControlSocket;
use crate::driver::Driver;
use crate::page::POLL_INTERVAL;
use crate::session_endpoint::SessionEndpoint;
use crate::with_timeout;

/// Arguments for a window larger than every tested viewport.
const WINDOW: [&str; 3] = ["-headless", "--width=1600", "--height=1200"];

/// Sets the page's size and media overrides. Resizes the content area, because Firefox has a minimum
/// window size. Hides the toolbars, because Tab would move the focus to them.
const APPLY_DISPLAY: &str = "
    const [sizes, overrides] = arguments;
    const browser = gBrowser.selectedBrowser;
    for (const [name, pixels] of Object.entries(sizes)) browser.style.setProperty(name, `${pixels}px`);
    Object.assign(browser.browsingContext, overrides);
    document.getElementById('navigator-toolbox').hidden = true;
";

/// Sets the download folder.
const DOWNLOAD_TO: &str = "
    Services.prefs.setIntPref('browser.download.folderList', 2);
    Services.prefs.setStringPref('browser.download.dir', arguments[0]);
";

/// Resets what profiles share: the network, the download folder and the console.
const RESET: &str = "
    Services.io.offline = false;
    for (const name of ['folderList', 'dir']) Services.prefs.clearUserPref(`browser.download.${name}`);
    Services.console.reset();
";

/// Returns and clears the page's console errors. Failed connections (category `Web Socket`) are expected.
const CONSOLE_ERRORS: &str = "
    const isError = (message) => message instanceof Ci.nsIScriptError && message.logLevel === message.error
        && /^https?:/.test(message.sourceName) && message.category !== 'Web Socket';
    const errors = Services.console.getMessageArray().filter(isError).map(String);
    Services.console.reset();
    return errors;
";

/// Returns and clears the console, except messages of the browser's own scripts.
const CONSOLE: &str = "
    const isOfPage = (message) => message instanceof Ci.nsIScriptError && !/^(chrome|resource):/.test(message.sourceName);
    const messages = Services.console.getMessageArray().filter(isOfPage).map(String);
    Services.console.reset();
    return messages;
";

pub(crate) async fn driver() -> Driver {
    let arguments = ["--port=0", "--websocket-port=0", "--allow-system-access"];
    Driver::start("geckodriver", &arguments, "Listening on 127.0.0.1:").await
}

pub(crate) fn capabilities(settings: DisplaySettings) -> WebDriverResult<Capabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    for argument in WINDOW {
        capabilities.add_arg(argument)?;
    }
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", settings.language)?;
    // A third of the processor time of a start: built-in extensions, the new tab page, and content processes in
    // reserve.
    preferences.set("extensions.enabledScopes", 0)?;
    preferences.set("browser.newtabpage.enabled", false)?;
    preferences.set("browser.newtab.preload", false)?;
    preferences.set("browser.startup.page", 0)?;
    preferences.set("dom.ipc.processPrelaunch.enabled", false)?;
    capabilities.set_preferences(preferences)?;
    // The tests use self-signed certificates.
    capabilities.accept_insecure_certs(true)?;
    capabilities.enable_bidi()?;
    Ok(capabilities.into())
}

pub(crate) fn process_id(session: &WebDriver) -> Option<String> {
    session.capabilities().get("moz:processID").map(Value::to_string)
}

/// Execution context of scripts: the browser's own window or the page.
#[derive(Debug)]
enum Context {
    Browser,
    Page,
}

impl FormatRequestData for Context {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let context = match self {
            Self::Browser => "chrome",
            Self::Page => "content",
        };
        RequestData::new(Method::POST, format!("/session/{session}/moz/context"))
            .add_body(json!({ "context": context }))
    }
}

/// Returns the URL of `WebDriver` BiDi.
pub(crate) fn control_url(session: &WebDriver) -> String {
    let url = session.capabilities().get("webSocketUrl").and_then(Value::as_str);
    url.expect("BiDi is enabled in the capabilities").to_owned()
}

/// Opens a profile with an empty tab in the foreground, so that neither its timers nor its frames are slowed down.
pub(crate) fn open_context(control: &mut ControlSocket) -> io::Result<BrowserContext> {
    let id = control.create("browser.createUserContext", &json!({}), "userContext")?;
    let tab = json!({ "type": "tab", "userContext": id });
    let page = control.create("browsingContext.create", &tab, "context")?;
    Ok(BrowserContext { id: Some(id), page })
}

/// Closes the profile's tabs and deletes its data.
pub(crate) fn close_context(control: &mut ControlSocket, context: &BrowserContext) -> io::Result<()> {
    control.run("browser.removeUserContext", &json!({ "userContext": context.id })).map(drop)
}

/// Resets what profiles share.
pub(crate) async fn reset(session: &WebDriver) -> WebDriverResult<()> {
    run(session, RESET, Vec::new()).await.map(drop)
}

/// Runs a function body in the browser's own window.
async fn run(session: &WebDriver, body: &str, arguments: Vec<Value>) -> WebDriverResult<Value> {
    session.cmd(Context::Browser).await?;
    let returned = session.execute(body, arguments).await;
    session.cmd(Context::Page).await?;
    Ok(returned?.json().clone())
}

/// Runs a function body in the browser's own window, and fails the test if it fails.
async fn script(session: &WebDriver, body: &str, arguments: Vec<Value>) -> Value {
    let returned = with_timeout("a script in Firefox", run(session, body, arguments)).await;
    returned.unwrap_or_else(|error| panic!("{body}: {error}"))
}

pub(crate) async fn apply_display(session: &WebDriver, settings: DisplaySettings) {
    let [(_, scheme), (_, forced), (_, motion)] = settings.media();
    let sizes = json!({
        "width": settings.width, "min-width": settings.width, "max-width": settings.width,
        "height": settings.height, "min-height": settings.height, "max-height": settings.height,
    });
    let overrides = json!({
        "fullZoom": settings.zoom,
        "prefersColorSchemeOverride": scheme,
        "forcedColorsOverride": forced,
        "prefersReducedMotionOverride": motion,
    });
    script(session, APPLY_DISPLAY, vec![sizes, overrides]).await;
    let (width, height) = settings.css_size();
    let has_size = async || {
        let size = session.execute("return [innerWidth, innerHeight]", Vec::new()).await;
        size.is_ok_and(|size| *size.json() == json!([width, height]))
    };
    with_timeout("resizing the page", async {
        while !has_size().await {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
}

pub(crate) async fn set_offline(session: &WebDriver, offline: bool) {
    script(session, "Services.io.offline = arguments[0]", vec![offline.into()]).await;
}

pub(crate) fn run_before_pages(control: &mut ControlSocket, context: &BrowserContext, source: &str) -> io::Result<()> {
    let script = json!({ "functionDeclaration": format!("() => {{ {source} }}"), "contexts": [context.page] });
    control.run("script.addPreloadScript", &script).map(drop)
}

pub(crate) async fn download_to(session: &WebDriver, folder: &Path) {
    script(session, DOWNLOAD_TO, vec![json!(folder)]).await;
}

/// Returns the page's errors and policy violations, and clears them. The empty script is a round trip
/// to the page; earlier errors have reached the browser's console after it.
pub(crate) async fn console_errors(session: &WebDriver) -> Vec<String> {
    with_timeout("a round trip", session.execute("", Vec::new())).await.expect("window is open");
    serde_json::from_value(script(session, CONSOLE_ERRORS, Vec::new()).await).expect("a list of strings")
}

/// Returns all errors and warnings of the page, and clears them.
pub(crate) fn console(endpoint: &SessionEndpoint) -> io::Result<Vec<String>> {
    endpoint.post("/moz/context", &json!({ "context": "chrome" }))?;
    let messages = endpoint.script(CONSOLE)?;
    endpoint.post("/moz/context", &json!({ "context": "content" }))?;
    Ok(messages.as_array().into_iter().flatten().map(|text| text.as_str().unwrap_or_default().to_owned()).collect())
}
