//! Chromium and Firefox: how many run at once, how their windows look, and tests for each.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::window::Window;
use crate::within_test_limit;

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

    /// Opens a window with a new, empty profile, in a browser that other tests have used and will use.
    pub async fn window(&self, settings: DisplaySettings) -> Window {
        Window::open(self.kind, settings).await
    }

    /// Starts a browser and opens its only window. For what concerns the whole browser: its process, its memory, its
    /// `DevTools` port, and whether it installs the page, which Chromium does not in the profile of a
    /// [`window`](Self::window).
    pub async fn own_window(&self, settings: DisplaySettings) -> Window {
        Window::open_alone(self.kind, settings).await
    }
}

/// Runs a browser test. `name` is its path, for the panic message.
///
/// # Panics
/// Panics if the test does not finish within [`TEST_LIMIT`](crate::TEST_LIMIT). The wait for a free slot is excluded.
pub async fn run_test(name: &str, kind: BrowserKind, test: impl AsyncFnOnce(&Browser)) {
    let browser = Browser::start(kind).await;
    within_test_limit(name, test(&browser)).await;
}

/// Runs a test function `NAME(browser: &Browser)` in both browsers, as `NAME::chromium` and `NAME::firefox`.
///
/// For what the engines do differently: opening and closing of sockets, storage, service worker, downloads, files,
/// focus order, scrolling, forced colors, the Content-Security-Policy, and the layout of each screen. Tests of the
/// page's own logic use [`any_browser`](crate::any_browser).
#[macro_export]
macro_rules! each_browser {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        $crate::browser_test! { $name [] [] }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}

/// Runs a test function `NAME(browser: &Browser)` in Chromium, as `NAME::chromium`. Its twin `NAME::firefox` is ignored
/// by default; `make test-full` runs it.
///
/// For the page's own logic, which does not depend on the engine. Tests that depend on it use
/// [`each_browser`](crate::each_browser).
#[macro_export]
macro_rules! any_browser {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        $crate::browser_test! { $name [] [#[ignore = "does not depend on the engine; run by `make test-full`"]] }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}

/// Runs a test function `NAME(browser: &Browser)` in both browsers, but ignores both tests by default; `make test-full`
/// runs them.
///
/// For tests that repeat the assertions of other tests with more settings, and for tests that produce files for people.
#[macro_export]
macro_rules! full_only {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        $crate::browser_test! { $name [#[ignore = "run by `make test-full`"]] [#[ignore = "run by `make test-full`"]] }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}

/// Runs a test function `NAME(browser: &Browser)` in Chromium, as `NAME::chromium`: it needs what only the Chrome
/// `DevTools` Protocol can do.
#[macro_export]
macro_rules! chromium_only {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn chromium() {
                let name = concat!(module_path!(), "::chromium");
                $crate::browser::run_test(name, $crate::browser::BrowserKind::Chromium, super::$name).await;
            }
        }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}

/// Defines the module of a browser test, with the attributes of its test in Chromium and of its test in Firefox.
#[doc(hidden)]
#[macro_export]
macro_rules! browser_test {
    ($name:ident [$($chromium:tt)*] [$($firefox:tt)*]) => {
        mod $name {
            use $crate::browser::{BrowserKind, run_test};

            #[tokio::test(flavor = "multi_thread")]
            $($chromium)*
            async fn chromium() {
                run_test(concat!(module_path!(), "::chromium"), BrowserKind::Chromium, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            $($firefox)*
            async fn firefox() {
                run_test(concat!(module_path!(), "::firefox"), BrowserKind::Firefox, super::$name).await;
            }
        }
    };
}
