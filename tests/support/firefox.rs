//! Firefox: what `WebDriver` leaves out, by scripts in the browser's own window.

use std::path::Path;

use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};

use crate::browser::Look;
use crate::driver::Driver;
use crate::page::GLANCE;
use crate::soon;

/// Larger than any page that is looked at.
const WINDOW: [&str; 3] = ["-headless", "--width=1600", "--height=1200"];

/// A page of this size. It may be smaller than Firefox lets people make a window, which is why the
/// part that shows the page is made smaller. The toolbars are hidden: Tab would leave the page for them.
const SHOW_AS: &str = "
    const [sizes, overrides] = arguments;
    const browser = gBrowser.selectedBrowser;
    for (const [name, pixels] of Object.entries(sizes)) browser.style.setProperty(name, `${pixels}px`);
    Object.assign(browser.browsingContext, overrides);
    document.getElementById('navigator-toolbox').hidden = true;
";

/// The folder that a person chose for downloads.
const DOWNLOAD_TO: &str = "
    Services.prefs.setIntPref('browser.download.folderList', 2);
    Services.prefs.setStringPref('browser.download.dir', arguments[0]);
";

/// That a server is not there is said by `Web Socket`.
const COMPLAINTS: &str = "
    const isFault = (message) => message instanceof Ci.nsIScriptError && message.logLevel === message.error
        && /^https?:/.test(message.sourceName) && message.category !== 'Web Socket';
    const faults = Services.console.getMessageArray().filter(isFault).map(String);
    Services.console.reset();
    return faults;
";

pub(crate) async fn driver() -> Driver {
    let arguments = ["--port=0", "--websocket-port=0", "--allow-system-access"];
    Driver::start("geckodriver", &arguments, "Listening on 127.0.0.1:").await
}

pub(crate) fn capabilities(look: Look) -> WebDriverResult<Capabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    for argument in WINDOW {
        capabilities.add_arg(argument)?;
    }
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", look.language)?;
    capabilities.set_preferences(preferences)?;
    // The tests make their certificates themselves.
    capabilities.accept_insecure_certs(true)?;
    capabilities.enable_bidi()?;
    Ok(capabilities.into())
}

pub(crate) fn process_id(session: &WebDriver) -> Option<String> {
    session.capabilities().get("moz:processID").map(Value::to_string)
}

/// Where scripts are run.
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

/// Runs a function's body in the browser's own window.
async fn script(session: &WebDriver, body: &str, arguments: Vec<Value>) -> Value {
    let running = async {
        session.cmd(Context::Browser).await?;
        let returned = session.execute(body, arguments).await;
        session.cmd(Context::Page).await?;
        returned
    };
    let returned = soon("a script in Firefox", running).await;
    returned.unwrap_or_else(|error| panic!("{body}: {error}")).json().clone()
}

pub(crate) async fn show_as(session: &WebDriver, look: Look) {
    let [(_, scheme), (_, forced), (_, motion)] = look.media();
    let sizes = json!({
        "width": look.width, "min-width": look.width, "max-width": look.width,
        "height": look.height, "min-height": look.height, "max-height": look.height,
    });
    let overrides = json!({
        "fullZoom": look.zoom,
        "prefersColorSchemeOverride": scheme,
        "forcedColorsOverride": forced,
        "prefersReducedMotionOverride": motion,
    });
    script(session, SHOW_AS, vec![sizes, overrides]).await;
    let (width, height) = look.page();
    let is_so = async || {
        let size = session.execute("return [innerWidth, innerHeight]", Vec::new()).await;
        size.is_ok_and(|size| *size.json() == json!([width, height]))
    };
    soon("the page has its size", async {
        while !is_so().await {
            tokio::time::sleep(GLANCE).await;
        }
    })
    .await;
}

pub(crate) async fn set_offline(session: &WebDriver, offline: bool) {
    script(session, "Services.io.offline = arguments[0]", vec![offline.into()]).await;
}

pub(crate) async fn run_before_pages(session: &WebDriver, source: &str) {
    let bidi = session.bidi().await.expect("it was asked for");
    let scripts = bidi.script();
    let added = scripts.add_preload_script(format!("() => {{ {source} }}"));
    soon("a script for all pages", added).await.expect("it is taken");
}

pub(crate) async fn download_to(session: &WebDriver, folder: &Path) {
    script(session, DOWNLOAD_TO, vec![json!(folder)]).await;
}

/// Errors and violations of the page's policy. What the page did before it answers a question is
/// known in the browser's own window afterwards.
pub(crate) async fn complaints(session: &WebDriver) -> Vec<String> {
    session.execute("", Vec::new()).await.expect("the window is open");
    serde_json::from_value(script(session, COMPLAINTS, Vec::new()).await).expect("texts")
}
