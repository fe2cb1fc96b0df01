//! Chromium and Firefox: how many run at once, how their windows look, and tests for each.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::window::Window;

/// Limits concurrent browsers: each takes a few hundred megabytes and most of a core.
static BROWSER_SLOTS: Semaphore = Semaphore::const_new(2);

/// A supported browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// Chromium or Google Chrome.
    Chromium,
    /// Mozilla Firefox.
    Firefox,
}

/// A browser slot: permits windows of one browser until it is dropped.
#[derive(Debug)]
pub struct Browser {
    /// The browser.
    pub kind: BrowserKind,
    _slot: SemaphorePermit<'static>,
}

/// Size, zoom, media features and language of a window.
#[derive(Clone, Copy, Debug)]
pub struct DisplaySettings {
    /// Inner width of the window in device pixels.
    pub width: u32,
    /// Inner height of the window in device pixels.
    pub height: u32,
    /// Page zoom factor. At 2, the page has half the width and height in CSS pixels.
    pub zoom: u32,
    /// `prefers-color-scheme: dark`.
    pub dark: bool,
    /// `forced-colors: active`.
    pub forced_colors: bool,
    /// `prefers-reduced-motion: reduce`.
    pub reduced_motion: bool,
    /// The browser's language, as in `Accept-Language`. Set when the browser starts.
    pub language: &'static str,
}

impl Default for DisplaySettings {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 800,
            zoom: 1,
            dark: false,
            forced_colors: false,
            reduced_motion: false,
            language: "en",
        }
    }
}

impl DisplaySettings {
    /// Returns the page's width and height in CSS pixels.
    pub(crate) fn css_size(&self) -> (u32, u32) {
        (self.width / self.zoom, self.height / self.zoom)
    }

    /// Returns the emulated media features and their values.
    pub(crate) fn media(&self) -> [(&'static str, &'static str); 3] {
        [
            ("prefers-color-scheme", if self.dark { "dark" } else { "light" }),
            ("forced-colors", if self.forced_colors { "active" } else { "none" }),
            ("prefers-reduced-motion", if self.reduced_motion { "reduce" } else { "no-preference" }),
        ]
    }
}

impl Browser {
    /// Waits for a free browser slot.
    pub async fn start(kind: BrowserKind) -> Self {
        Self { kind, _slot: BROWSER_SLOTS.acquire().await.expect("semaphore is never closed") }
    }

    /// Opens a window with a new, empty profile.
    pub async fn window(&self, settings: DisplaySettings) -> Window {
        Window::open(self.kind, settings).await
    }
}

/// Runs a test function `NAME(browser: &Browser)` in both browsers, as `NAME::chromium` and `NAME::firefox`.
#[macro_export]
macro_rules! each_browser {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        mod $name {
            use $crate::browser::{Browser, BrowserKind};

            #[tokio::test(flavor = "multi_thread")]
            async fn chromium() {
                super::$name(&Browser::start(BrowserKind::Chromium).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn firefox() {
                super::$name(&Browser::start(BrowserKind::Firefox).await).await;
            }
        }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}
