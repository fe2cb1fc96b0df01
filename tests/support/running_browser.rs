//! Running browsers, each with at most one window of a test at a time: a browser takes seconds to start, and as much
//! processor time; a new profile in it a tenth of that.

use std::io;

use parking_lot::Mutex;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{TimeoutConfiguration, WebDriver, WindowHandle};

use crate::browser::{BrowserKind, DisplaySettings};
use crate::browser_context::BrowserContext;
use crate::control_socket::ControlSocket;
use crate::driver::Driver;
use crate::session_endpoint::SessionEndpoint;
use crate::{TIMEOUT, chromium, firefox, with_timeout};

/// Maximum number of idle browsers: each kind, in two languages. Each takes a few hundred megabytes.
const MAX_IDLE: usize = 4;

/// Browsers without a window of a test; the one that was used last is at the end.
static IDLE: Mutex<Vec<RunningBrowser>> = Mutex::new(Vec::new());

/// A browser process with a `WebDriver` session; killed on drop and at the end of this program.
#[derive(Debug)]
pub(crate) struct RunningBrowser {
    pub kind: BrowserKind,
    /// Commands to the selected tab.
    pub session: WebDriver,
    /// Commands to the whole browser.
    pub control: Mutex<ControlSocket>,
    pub driver: Driver,
    /// Language with which it was started; it cannot be changed.
    language: &'static str,
}

impl Drop for RunningBrowser {
    /// Keeps the session from waiting for its end: the driver and the browser are killed.
    fn drop(&mut self) {
        let _ = self.session.clone().leak();
    }
}

impl RunningBrowser {
    /// Returns a browser with a new, empty context. Prefers the idle browser that was used last; one that does not
    /// open a context is killed.
    pub async fn with_context(kind: BrowserKind, settings: DisplaySettings) -> (Self, BrowserContext) {
        while let Some(idle) = Self::take_idle(kind, settings.language) {
            if let Ok(context) = idle.open_context(settings).await {
                return (idle, context);
            }
        }
        let started = Self::start(kind, settings).await;
        let context = started.open_context(settings).await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        (started, context)
    }

    /// Starts a browser with an empty profile.
    pub async fn start(kind: BrowserKind, settings: DisplaySettings) -> Self {
        let driver = match kind {
            BrowserKind::Chromium => chromium::driver().await,
            BrowserKind::Firefox => firefox::driver().await,
        };
        let session = start_session(kind, settings, &driver).await;
        let url = match kind {
            BrowserKind::Chromium => chromium::control_url(driver.home()),
            BrowserKind::Firefox => firefox::control_url(&session),
        };
        let control = ControlSocket::connect(&url).unwrap_or_else(|error| panic!("{kind:?}: {url}: {error}"));
        Self { kind, session, control: Mutex::new(control), driver, language: settings.language }
    }

    /// Closes the context and keeps the browser for the next window. Kills it if that fails.
    pub fn release(self, context: &BrowserContext) {
        if self.close_context(context).is_ok() {
            let mut idle = IDLE.lock();
            idle.push(self);
            let surplus = idle.len().saturating_sub(MAX_IDLE);
            let ended: Vec<_> = idle.drain(..surplus).collect();
            // Not while other tests wait for the lock: the end of a browser takes a while.
            drop(idle);
            drop(ended);
        }
    }

    /// Returns the tab with which the browser was started.
    pub async fn first_context(&self) -> BrowserContext {
        let handle = with_timeout("the window's handle", self.session.window()).await.expect("window is open");
        BrowserContext { id: None, page: handle.to_string() }
    }

    /// Returns the endpoint for blocking requests.
    pub fn endpoint(&self) -> SessionEndpoint {
        SessionEndpoint::new(&self.driver.url, &self.session.session_id().to_string())
    }

    fn take_idle(kind: BrowserKind, language: &str) -> Option<Self> {
        let mut idle = IDLE.lock();
        let index = idle.iter().rposition(|browser| browser.kind == kind && browser.language == language)?;
        Some(idle.remove(index))
    }

    /// Opens a context, and selects its tab in the session.
    async fn open_context(&self, settings: DisplaySettings) -> io::Result<BrowserContext> {
        let opened = match self.kind {
            BrowserKind::Chromium => chromium::open_context(&mut self.control.lock(), settings),
            BrowserKind::Firefox => firefox::open_context(&mut self.control.lock()),
        };
        let context = opened?;
        let selecting = tokio::time::timeout(TIMEOUT, self.select(&context)).await;
        selecting.map_err(io::Error::other)?.map_err(io::Error::other)?;
        Ok(context)
    }

    /// Selects the tab, and resets what contexts share.
    async fn select(&self, context: &BrowserContext) -> WebDriverResult<()> {
        self.session.switch_to_window(WindowHandle::from(context.page.clone())).await?;
        match self.kind {
            BrowserKind::Chromium => chromium::reset(&self.session).await,
            BrowserKind::Firefox => firefox::reset(&self.session).await,
        }
    }

    fn close_context(&self, context: &BrowserContext) -> io::Result<()> {
        match self.kind {
            BrowserKind::Chromium => chromium::close_context(&mut self.control.lock(), context),
            BrowserKind::Firefox => firefox::close_context(&mut self.control.lock(), context),
        }
    }
}

/// Starts the browser of a driver.
async fn start_session(kind: BrowserKind, settings: DisplaySettings, driver: &Driver) -> WebDriver {
    let capabilities = match kind {
        BrowserKind::Chromium => chromium::capabilities(settings, driver.home()),
        BrowserKind::Firefox => firefox::capabilities(settings),
    };
    // A kept connection would belong to the runtime of one test, and break the requests of the next one.
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("valid settings");
    let starting = WebDriver::builder(&driver.url, capabilities.expect("valid capabilities")).client(client);
    let session = with_timeout("starting the browser", starting.connect()).await;
    let session = session.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    // A script that waits in the page has the same deadline as a wait here.
    let timeouts = TimeoutConfiguration::new(Some(TIMEOUT), Some(TIMEOUT), None);
    with_timeout("setting timeouts", session.update_timeouts(timeouts)).await.expect("window is open");
    session
}
