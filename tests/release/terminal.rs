//! `yodel connect` with a person at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use support::{PATIENCE, Yodel, soon};
use tokio::process::{Child, Command};

use crate::connect::{at, connect};
use crate::lone::Lone;

/// What the editor tells the terminal when a line can be typed (to mark what is pasted), and when it is typed.
const LINE_BEGINS: &str = "\x1b[?2004h";
const LINE_ENDS: &str = "\x1b[?2004l";

/// A terminal and the program in it.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<String>,
    /// Everything that was shown.
    shown: String,
    /// How much of that was waited for.
    seen: usize,
}

impl Terminal {
    fn start(mut command: Command) -> Self {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&main).and_then(|()| unlockpt(&main)).expect("it can be used");
        let name = ptsname(&main, Vec::new()).expect("it has a name");
        let end = File::options().read(true).write(true).open(name.to_str().expect("UTF-8")).expect("it opens");
        let side = || Stdio::from(end.try_clone().expect("a file"));
        command.stdin(side()).stdout(side()).stderr(side());
        let child = command.spawn().expect("the binary runs");
        drop((command, end));
        let keyboard = File::from(main);
        let mut shown = keyboard.try_clone().expect("a file");
        let (pixels, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = shown.read(&mut bytes) {
                let _ = pixels.send(String::from_utf8_lossy(&bytes[..read]).into_owned());
            }
        });
        Self { child, keyboard, screen, shown: String::new(), seen: 0 }
    }

    fn at_home(home: &std::path::Path, url: &str, flags: &[&str]) -> Self {
        let mut command = connect(url, flags);
        command.env("HOME", home).env("TERM", "xterm");
        Self::start(command)
    }

    /// Types when a line can be typed: between two lines the terminal is an ordinary one, which keeps Ctrl+C and
    /// Ctrl+D to itself.
    fn type_in(&mut self, keys: &str) {
        self.shows("a line to type in", |shown| shown.rfind(LINE_BEGINS) > shown.rfind(LINE_ENDS));
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal takes it");
    }

    /// Waits until this is on the screen, after what was waited for before.
    fn sees(&mut self, text: &str) {
        let seen = self.seen;
        self.shows(text, |shown| shown[seen..].contains(text));
        self.seen += self.rest().find(text).map_or(0, |begin| begin + text.len());
    }

    fn shows(&mut self, what: &str, is_there: impl Fn(&str) -> bool) {
        while !is_there(&self.shown) {
            match self.screen.recv_timeout(PATIENCE) {
                Ok(more) => self.shown.push_str(&more),
                Err(error) => panic!("{what:?} is not on the screen ({error}): {:?}", self.rest()),
            }
        }
    }

    /// What was shown since.
    fn rest(&self) -> &str {
        &self.shown[self.seen..]
    }

    /// Whether it shows what is typed, and takes whole lines: as a shell wants it.
    fn is_ordinary(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).expect("it can be asked").local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    /// What is left on the screen when the program has ended.
    async fn ends(mut self) -> (Option<i32>, String) {
        let status = soon("it ends", self.child.wait()).await.expect("it can be waited for");
        while let Ok(more) = self.screen.recv_timeout(Duration::from_millis(200)) {
            self.shown.push_str(&more);
        }
        (status.code(), self.rest().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_types_sees_and_finds_earlier_lines_again() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::at_home(home.path(), &at(&yodel, "/ws"), &[]);
    terminal.sees("\x1b[34mconnected to ws://");
    terminal.type_in("hello there\r");
    terminal.sees("\x1b[32mhello there");
    terminal.sees("\x1b[33m> hello there");
    terminal.type_in("\x04");
    let (status, rest) = terminal.ends().await;
    assert_eq!(status, Some(0));
    assert!(rest.contains("closed"), "{rest:?}");

    let mut again = Terminal::at_home(home.path(), &at(&yodel, "/ws"), &[]);
    again.sees("connected");
    again.type_in("\x1b[A!\r");
    again.sees("\x1b[33m> hello there!");
    again.type_in("half a li\x03");
    assert_eq!(again.ends().await.0, Some(0));
    assert!(home.path().join(".local/state/yodel/history").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_being_typed_survives_what_arrives() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::at_home(home.path(), &at(&yodel, "/ws"), &["--join=chat"]);
    terminal.sees("joined chat");
    terminal.type_in("half");
    terminal.sees("\x1b[32mhalf");
    let said = connect(&at(&yodel, "/ws"), &["--join=chat", "--send=interrupting"]).output();
    assert!(soon("it is said", said).await.expect("it runs").status.success());
    terminal.sees(" > interrupting\x1b[0m\r\n");
    terminal.sees("\x1b[32mhalf");
    terminal.type_in(" and whole\r");
    terminal.type_in("/history\r");
    terminal.sees(" > half and whole\x1b[0m");
    terminal.type_in("/quit\r");
    assert_eq!(terminal.ends().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_do_what_they_say() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::at_home(home.path(), &at(&yodel, "/ws"), &["--subprotocol=yodel.v1"]);
    terminal.sees("connected");
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
        terminal.type_in(typed);
        terminal.sees(seen);
    }
    terminal.type_in("/quit\r");
    assert_eq!(terminal.ends().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_cannot_play_with_the_terminal() {
    let echo = Lone::echoing("", b"\x81\x11\x1b]0;gotcha\x07\x1b[2Jhi").await;
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::at_home(home.path(), &format!("ws://{}/", echo.address), &[]);
    terminal.sees("> \\u{1b}]0;gotcha\\u{7}\\u{1b}[2Jhi");
    terminal.type_in("\x04");
    assert!(!terminal.ends().await.1.contains("\x1b]0;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_is_left_as_it_was() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::at_home(home.path(), &at(&yodel, "/ws"), &["--no-reconnect"]);
    terminal.sees("connected");
    terminal.type_in("half");
    terminal.sees("\x1b[32mhalf");
    assert!(!terminal.is_ordinary());
    yodel.kill().await;
    terminal.sees("(--no-reconnect is set)");
    soon("it ends", terminal.child.wait()).await.expect("it can be waited for");
    assert!(terminal.is_ordinary());
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_can_be_unwanted() {
    let yodel = Yodel::serve(&[]).await;
    let home = tempfile::tempdir().expect("a folder");
    let mut command = connect(&at(&yodel, "/ws"), &[]);
    command.env("HOME", home.path()).env("TERM", "xterm").env("NO_COLOR", "1");
    let mut terminal = Terminal::start(command);
    terminal.type_in("hello\r");
    terminal.sees("> hello");
    terminal.type_in("\x04");
    let (status, rest) = terminal.ends().await;
    assert!(status == Some(0) && !rest.contains("\x1b[3"), "{rest:?}");
}
