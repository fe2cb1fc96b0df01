//! Browsers: Chromium and Firefox, and the windows that they open.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::window::Window;

/// Browsers at the same time: each takes a few hundred megabytes and most of a core.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Whose browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of Google's family.
    Chromium,
    /// Mozilla's.
    Firefox,
}

/// The right to open windows of a browser, until it is dropped.
#[derive(Debug)]
pub struct Browser {
    /// Whose it is.
    pub kind: Kind,
    _turn: SemaphorePermit<'static>,
}

/// What a window is like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width of the window's inside in pixels.
    pub width: u32,
    /// Height of the window's inside in pixels.
    pub height: u32,
    /// How much larger everything is: at 2, the page has half the width and height.
    pub zoom: u32,
    /// Dark colours, if the person prefers them.
    pub dark: bool,
    /// The few colours that the person chose, if the system forces them on every page.
    pub forced_colours: bool,
    /// No animations, if the person prefers that.
    pub reduced_motion: bool,
    /// The browser's language.
    pub language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 800,
            zoom: 1,
            dark: false,
            forced_colours: false,
            reduced_motion: false,
            language: "en",
        }
    }
}

impl Look {
    /// The page's own width and height.
    pub(crate) fn page(&self) -> (u32, u32) {
        (self.width / self.zoom, self.height / self.zoom)
    }

    /// The media features that follow from it, and their values.
    pub(crate) fn media(&self) -> [(&'static str, &'static str); 3] {
        [
            ("prefers-color-scheme", if self.dark { "dark" } else { "light" }),
            ("forced-colors", if self.forced_colours { "active" } else { "none" }),
            ("prefers-reduced-motion", if self.reduced_motion { "reduce" } else { "no-preference" }),
        ]
    }
}

impl Browser {
    /// Waits until it is its turn.
    pub async fn start(kind: Kind) -> Self {
        Self { kind, _turn: TURNS.acquire().await.expect("never closed") }
    }

    /// Opens a window of a person who was never here before.
    pub async fn window(&self, look: Look) -> Window {
        Window::open(self.kind, look).await
    }
}

/// A test in each browser: `NAME(browser: &Browser)` is run as `NAME::chromium` and as `NAME::firefox`.
#[macro_export]
macro_rules! each_browser {
    ($(#[$about:meta])* async fn $name:ident($browser:ident: &$type:ty) $body:block) => {
        mod $name {
            use $crate::browser::{Browser, Kind};

            #[tokio::test(flavor = "multi_thread")]
            async fn chromium() {
                super::$name(&Browser::start(Kind::Chromium).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn firefox() {
                super::$name(&Browser::start(Kind::Firefox).await).await;
            }
        }

        $(#[$about])*
        async fn $name($browser: &$type) $body
    };
}
