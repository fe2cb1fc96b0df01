//! WebKitGTK: the page in a third engine, in a window on a display without a screen.
//!
//! `WebKitWebDriver` has neither the Chrome `DevTools` Protocol nor BiDi, so there are no emulated media, no offline
//! mode and no console. [`WebkitPage`] has only what `WebDriver` itself can do.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, TypingData};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::page::{self, POLL_INTERVAL, PageSnapshot, SNAPSHOT};
use crate::with_timeout;

/// The page in a WebKitGTK window. Dropping it kills the driver and the display, and with them the browser.
#[derive(Debug)]
pub struct WebkitPage {
    session: WebDriver,
    _driver: Child,
    _display: Child,
    _home: TempDir,
}

impl WebkitPage {
    /// Opens the page with a new, empty profile.
    pub async fn open(url: &str) -> Self {
        let home = tempfile::tempdir().expect("temporary folder");
        let (display, name) = start_display().await;
        let driver = start_driver(&name, home.path());
        let address = with_timeout("the driver's port", driver_address(&driver)).await;
        let starting = WebDriver::new(&address, Capabilities::new());
        let session = with_timeout("starting WebKit", starting).await.expect("WebKit starts");
        let page = Self { session, _driver: driver, _display: display, _home: home };
        with_timeout("loading the page", page.session.goto(url)).await.expect("page can be loaded");
        page
    }

    /// Opens the page and waits until it is connected.
    pub async fn connected(url: &str) -> Self {
        let page = Self::open(url).await;
        page.wait_until("Connected", |snapshot| snapshot.state == "Connected").await;
        page
    }

    /// Returns what the page shows now.
    pub async fn snapshot(&self) -> PageSnapshot {
        let returned = with_timeout("a script", self.session.execute(SNAPSHOT, Vec::new())).await;
        let snapshot = returned.expect("script runs").json().clone();
        serde_json::from_value(snapshot).expect("script result has the expected shape")
    }

    /// Polls the page until `condition` holds and returns that snapshot. `description` names the condition in the panic
    /// message.
    pub async fn wait_until(&self, description: &str, condition: impl Fn(&PageSnapshot) -> bool) -> PageSnapshot {
        page::poll(async || self.snapshot().await, description, condition).await
    }

    /// Waits until the last row is this one, as `KIND: TEXT`.
    pub async fn wait_for_last_row(&self, row: &str) -> PageSnapshot {
        self.wait_until(row, |snapshot| snapshot.transcript().last().is_some_and(|last| last == row)).await
    }

    /// Types a text into the message field and presses Enter.
    pub async fn submit(&self, text: &str) {
        let field = self.session.find(By::Id("txtContent")).await.expect("field exists");
        let keys = TypingData::from(text) + Key::Enter;
        with_timeout("sending keys", field.send_keys(keys)).await.expect("field accepts keys");
    }

    /// Clicks the button with this label.
    pub async fn click(&self, label: &str) {
        let path = format!("//button[normalize-space()='{label}']");
        let click = async { self.session.find(By::XPath(path)).await?.click().await };
        with_timeout("a click", click).await.unwrap_or_else(|error| panic!("{label}: {error}"));
    }

    /// Waits until this selector finds an element.
    pub async fn wait_for_element(&self, selector: &str) {
        let element = async {
            while self.session.find(By::Css(selector)).await.is_err() {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        with_timeout(selector, element).await;
    }

    /// Closes the window and its browser.
    pub async fn close(self) {
        with_timeout("closing the window", self.session.quit()).await.expect("window can be closed");
    }
}

/// Starts an X server without a screen. Returns it and the name of its display.
async fn start_display() -> (Child, String) {
    let mut command = Command::new("Xvfb");
    // It picks a free display, and writes its number to standard output.
    command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let spawned = command.spawn();
    let mut display = spawned.unwrap_or_else(|error| panic!("cannot start Xvfb: {error}; run `make test-webkit`"));
    let mut lines = BufReader::new(display.stdout.take().expect("stdout is piped")).lines();
    let number = with_timeout("the display's number", lines.next_line()).await.expect("output is readable");
    (display, format!(":{}", number.expect("Xvfb prints the number of its display")))
}

fn start_driver(display: &str, home: &Path) -> Child {
    let mut command = Command::new("WebKitWebDriver");
    command.arg("--port=0").env("DISPLAY", display).env("HOME", home).env("TMPDIR", home);
    command.env_remove("WAYLAND_DISPLAY");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let spawned = command.spawn();
    spawned.unwrap_or_else(|error| panic!("cannot start WebKitWebDriver: {error}; run `make test-webkit`"))
}

/// Waits until the driver listens, and returns its URL. The driver does not print its port: Linux knows it.
async fn driver_address(driver: &Child) -> String {
    let process = driver.id().expect("driver is running");
    loop {
        if let Some(port) = listening_port(process) {
            return format!("http://127.0.0.1:{port}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Returns the IPv4 port on which a process listens.
fn listening_port(process: u32) -> Option<u16> {
    let links = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    let targets = links.flatten().filter_map(|link| std::fs::read_link(link.path()).ok());
    let sockets: Vec<_> = targets.map(|target| target.to_string_lossy().into_owned()).collect();
    let table = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).ok()?;
    table.lines().find_map(|line| {
        // Columns of proc_pid_net(5): number, local address, remote address, state, .., inode (the tenth).
        let columns: Vec<_> = line.split_whitespace().collect();
        let inode = columns.get(9)?;
        let is_listening = columns[3] == "0A" && sockets.contains(&format!("socket:[{inode}]"));
        let (_, port) = columns[1].split_once(':')?;
        is_listening.then(|| u16::from_str_radix(port, 16).ok()).flatten()
    })
}
