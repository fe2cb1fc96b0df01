//! Browsers: a chromedriver process that opens windows.

use std::path::Path;
use std::process::Stdio;

use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::soon;
use crate::window::Window;

/// Browsers at the same time: each takes a few hundred megabytes and most of a core.
static TURNS: Semaphore = Semaphore::const_new(2);

/// What keeps Chromium quiet, small and the same everywhere.
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

/// A chromedriver process; killed when it is dropped, after the windows that it opened.
#[derive(Debug)]
pub struct Browser {
    url: String,
    _driver: Child,
    /// Open as long as the process, which may say more.
    _output: Lines<BufReader<ChildStdout>>,
    _turn: SemaphorePermit<'static>,
}

/// What a window is like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Width of the page in pixels.
    pub width: u32,
    /// Height of the page in pixels.
    pub height: u32,
    /// What the person prefers.
    pub dark: bool,
    /// The browser's language.
    pub language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 800, dark: false, language: "en" }
    }
}

impl Browser {
    /// Starts chromedriver, when it is its turn.
    pub async fn start() -> Self {
        let turn = TURNS.acquire().await.expect("never closed");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut driver = command.spawn().expect("chromedriver is on PATH: scripts/browser installs it");
        let mut output = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = soon("chromedriver's port", port(&mut output)).await;
        Self { url: format!("http://127.0.0.1:{port}"), _driver: driver, _output: output, _turn: turn }
    }

    /// Opens a window of a person who was never here before.
    pub async fn window(&self, look: Look) -> Window {
        let profile = tempfile::tempdir().expect("a folder");
        let capabilities = capabilities(look, profile.path()).expect("good capabilities");
        let driver = soon("a window", WebDriver::new(&self.url, capabilities)).await.expect("Chromium starts");
        let window = Window::new(driver, profile);
        window.show_as(look).await;
        window
    }
}

async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> u16 {
    while let Some(line) = output.next_line().await.expect("readable") {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended");
}

fn capabilities(look: Look, profile: &Path) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    capabilities.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
    capabilities.add_arg(&format!("--lang={}", look.language))?;
    capabilities.add_arg(&format!("--accept-lang={}", look.language))?;
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}
