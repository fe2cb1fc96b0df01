//! `yodel connect` in a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use support::yodel::{self, command};
use support::{TIMEOUT, Yodel, with_timeout};
use tokio::process::{Child, Command};

use crate::connect_process::{at, connect};
use crate::scripted_server::ScriptedServer;

/// Control sequences of the line editor at the start and end of a line: it enables and disables bracketed paste.
const LINE_BEGINS: &str = "\x1b[?2004h";
const LINE_ENDS: &str = "\x1b[?2004l";

/// A pseudoterminal with a running program.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<String>,
    /// All output so far.
    shown: String,
    /// Length of the output that earlier expectations have consumed, in bytes.
    seen: usize,
}

impl Terminal {
    fn start(mut command: Command) -> Self {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudoterminal");
        grantpt(&main).and_then(|()| unlockpt(&main)).expect("pseudoterminal can be unlocked");
        let name = ptsname(&main, Vec::new()).expect("pseudoterminal has a path");
        let end = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().expect("UTF-8"))
            .expect("pseudoterminal can be opened");
        let side = || Stdio::from(end.try_clone().expect("descriptor can be duplicated"));
        command.stdin(side()).stdout(side()).stderr(side());
        let child = command.spawn().expect("binary can be run");
        drop((command, end));
        let keyboard = File::from(main);
        let mut shown = keyboard.try_clone().expect("descriptor can be duplicated");
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = shown.read(&mut bytes) {
                let _ = sender.send(String::from_utf8_lossy(&bytes[..read]).into_owned());
            }
        });
        Self { child, keyboard, screen, shown: String::new(), seen: 0 }
    }

    fn start_in(home: &std::path::Path, url: &str, flags: &[&str]) -> Self {
        let mut command = connect(url, flags);
        command.env("HOME", home).env("TERM", "xterm");
        Self::start(command)
    }

    /// Waits for the line editor and types. Between two lines the terminal is in canonical mode and would handle
    /// Ctrl+C and Ctrl+D itself.
    fn type_keys(&mut self, keys: &str) {
        self.wait_for("the line editor", |shown| shown.rfind(LINE_BEGINS) > shown.rfind(LINE_ENDS));
        self.keyboard.write_all(keys.as_bytes()).expect("terminal accepts input");
    }

    /// Waits for this text in the output after the previous expectation.
    fn expect(&mut self, text: &str) {
        let seen = self.seen;
        self.wait_for(text, |shown| shown[seen..].contains(text));
        self.seen += self.rest().find(text).map_or(0, |begin| begin + text.len());
    }

    fn wait_for(&mut self, description: &str, is_there: impl Fn(&str) -> bool) {
        while !is_there(&self.shown) {
            match self.screen.recv_timeout(TIMEOUT) {
                Ok(more) => self.shown.push_str(&more),
                Err(error) => panic!("{description:?} is not in the output ({error}): {:?}", self.rest()),
            }
        }
    }

    /// Returns the output after the last expectation.
    fn rest(&self) -> &str {
        &self.shown[self.seen..]
    }

    /// Returns true in canonical mode with echo and signals, as a shell uses it.
    fn is_canonical(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).expect("terminal modes can be read").local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    /// Waits for the program's exit. Returns its exit status and its whole output.
    async fn wait_for_exit(mut self) -> (Option<i32>, String) {
        let status = with_timeout("the process's exit", self.child.wait()).await.expect("process can be awaited");
        // The output ends when the last process has closed its side of the pseudoterminal.
        let end = loop {
            match self.screen.recv_timeout(TIMEOUT) {
                Ok(more) => self.shown.push_str(&more),
                Err(end) => break end,
            }
        };
        assert_eq!(end, RecvTimeoutError::Disconnected, "the output ends: {:?}", self.rest());
        (status.code(), self.shown)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_an_input_history() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut terminal = Terminal::start_in(home.path(), &at(&yodel, "/ws"), &[]);
    terminal.expect("\x1b[34mconnected to ws://");
    terminal.type_keys("hello there\r");
    terminal.expect("\x1b[32mhello there");
    terminal.expect("\x1b[33m> hello there");
    terminal.type_keys("\x04");
    let (status, shown) = terminal.wait_for_exit().await;
    assert_eq!(status, Some(0));
    assert!(shown.contains("closed"), "{shown:?}");

    let mut again = Terminal::start_in(home.path(), &at(&yodel, "/ws"), &[]);
    again.expect("connected");
    again.type_keys("\x1b[A!\r");
    again.expect("\x1b[33m> hello there!");
    again.type_keys("half a li\x03");
    assert_eq!(again.wait_for_exit().await.0, Some(0));
    assert!(home.path().join(".local/state/yodel/history").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn received_messages_preserve_the_typed_line() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut terminal = Terminal::start_in(home.path(), &at(&yodel, "/ws"), &["--join=chat"]);
    terminal.expect("joined chat");
    terminal.type_keys("half");
    terminal.expect("\x1b[32mhalf");
    let other = connect(&at(&yodel, "/ws"), &["--join=chat", "--send=interrupting"]).output();
    assert!(with_timeout("the other client's exit", other).await.expect("binary can be run").status.success());
    terminal.expect(" > interrupting\x1b[0m\r\n");
    terminal.expect("\x1b[32mhalf");
    terminal.type_keys(" and whole\r");
    terminal.type_keys("/history\r");
    terminal.expect(" > half and whole\x1b[0m");
    terminal.type_keys("/quit\r");
    assert_eq!(terminal.wait_for_exit().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_slash_commands() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut terminal = Terminal::start_in(home.path(), &at(&yodel, "/ws"), &["--subprotocol=yodel.v1"]);
    terminal.expect("connected");
    for (typed, seen) in [
        ("nobody's room\r", "> nobody's room\x1b[0m"),
        ("/who\r", "no current room"),
        ("/join chat\r", "joined chat (users: 1)"),
        ("/who\r", "c_"),
        ("hi\r", "hi"),
        ("//slash\r", "slash"),
        ("/history\r", " > /slash\x1b[0m"),
        ("/to ada psst\r", "no connected recipient"),
        ("/sing\r", "unknown command /sing"),
        ("/leave\r", "left chat"),
        ("/help\r", "/history [ROOM]"),
    ] {
        terminal.type_keys(typed);
        terminal.expect(seen);
    }
    terminal.type_keys("/quit\r");
    assert_eq!(terminal.wait_for_exit().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn escapes_control_sequences_of_the_server() {
    let server = ScriptedServer::echoing("", b"\x81\x11\x1b]0;gotcha\x07\x1b[2Jhi").await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut terminal = Terminal::start_in(home.path(), &format!("ws://{}/", server.address), &[]);
    terminal.expect("> \\u{1b}]0;gotcha\\u{7}\\u{1b}[2Jhi");
    terminal.type_keys("\x04");
    assert!(!terminal.wait_for_exit().await.1.contains("\x1b]0;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn restores_the_terminal_modes() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut terminal = Terminal::start_in(home.path(), &at(&yodel, "/ws"), &["--no-reconnect"]);
    terminal.expect("connected");
    terminal.type_keys("half");
    terminal.expect("\x1b[32mhalf");
    assert!(!terminal.is_canonical());
    yodel.kill().await;
    terminal.expect("(--no-reconnect is set)");
    with_timeout("the process's exit", terminal.child.wait()).await.expect("process can be awaited");
    assert!(terminal.is_canonical());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_color_disables_colors() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("temporary folder");
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.env("HOME", home.path()).env("TERM", "xterm").env("NO_COLOR", "1");
    let mut terminal = Terminal::start(command);
    terminal.type_keys("hello\r");
    terminal.expect("> hello");
    terminal.type_keys("\x04");
    let (status, shown) = terminal.wait_for_exit().await;
    assert!(status == Some(0) && !shown.contains("\x1b[3"), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_colors_its_log_only_where_colors_are_wanted() {
    for (variable, value, is_colored) in [("TERM", "xterm", true), ("TERM", "dumb", false), ("NO_COLOR", "1", false)] {
        let mut command = command(&["serve", "--listen=127.0.0.1:0"]);
        command.env("TERM", "xterm").env(variable, value);
        let mut terminal = Terminal::start(command);
        terminal.expect("http://127.0.0.1:");
        yodel::signal(&terminal.child, "TERM").await;
        let (_, shown) = terminal.wait_for_exit().await;
        assert!(shown.contains("INFO") && shown.contains("\x1b[") == is_colored, "{variable}={value}: {shown:?}");
    }
}
