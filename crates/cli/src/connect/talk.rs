//! From the first dial to the end.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};
use yodel_client::{Event, Mode, Session, State, StopReason};
use yodel_protocol::CloseCode;

use super::command::Command;
use super::driver::Driver;
use super::error::ConnectError;
use super::input::Input;
use super::line::Line;
use super::news::News;
use super::options::Connect;
use super::plan::Plan;
use super::printer::Printer;
use super::source::Source;
use super::terminal::Terminal;
use super::voice::Voice;
use super::words;

/// How long a server may take to answer the close frame of somebody who wants to go.
const PATIENCE: Duration = Duration::from_secs(1);

/// So many messages of a pipe may be on their way.
const AHEAD: usize = 400;

/// So many bytes of a pipe may be on their way.
const AHEAD_BYTES: u64 = 256 * 1024;

/// Talks until the end.
pub async fn run(options: &Connect) -> Result<(), ConnectError> {
    let plan = Plan::new(options);
    if let Some(Err(why)) = plan.token() {
        return Err(ConnectError::Token(why));
    }
    let mut terminate = signal(SignalKind::terminate()).map_err(ConnectError::System)?;
    let terminal = Terminal::remember();
    let (mut source, above) = Source::open(!options.json, || terminal.hand_over());
    let session = if options.no_reconnect { Session::with_max_attempts(1) } else { Session::new() };
    let session = if options.token_file.is_some() { session.with_tokens() } else { session };
    let (driver, mut reports) = Driver::new(session, plan, options.json, Printer::new(above));
    let mut talk = Talk::new(driver, options, source.edited);
    talk.begin();
    while !talk.is_over() {
        tokio::select! {
            biased;
            interrupt = tokio::signal::ctrl_c() => {
                interrupt.map_err(ConnectError::System)?;
                talk.interrupted()?;
            }
            _ = terminate.recv() => talk.interrupted()?,
            () = talk.driver.printer.moved() => talk.look_after_output(),
            () = sleep_until(talk.deadline()) => talk.time_is_up(),
            () = sleep_until(talk.driver.due()) => talk.driver.timer(),
            () = talk.driver.written() => {}
            Some(report) = reports.recv(), if !talk.driver.printer.is_full() => talk.driver.hear(report),
            input = source.next(), if talk.takes_input() => talk.input(input)?,
        }
        talk.go_on();
    }
    talk.end().await
}

/// A conversation.
struct Talk<'a> {
    driver: Driver,
    options: &'a Connect,
    mode: Mode,
    /// A person types, and may give commands.
    edited: bool,
    /// What is to be sent before the input.
    texts: VecDeque<String>,
    voice: Voice,
    /// Nothing more comes in.
    ended: bool,
    wrong: Option<String>,
    /// Answers are waited for until then.
    linger: Option<Instant>,
    /// Somebody wants to go: it ends by then.
    leaving: Option<Instant>,
}

impl<'a> Talk<'a> {
    fn new(driver: Driver, options: &'a Connect, edited: bool) -> Self {
        Self {
            driver,
            options,
            mode: options.mode(),
            edited,
            texts: options.send.iter().cloned().collect(),
            voice: Voice::default(),
            ended: false,
            wrong: None,
            linger: None,
            leaving: None,
        }
    }

    fn begin(&mut self) {
        for room in self.options.join.clone() {
            self.voice.join(room, &mut self.driver);
        }
        self.driver.connect();
        if self.edited {
            self.driver.printer.print(Line::info(words::help(self.mode)));
        }
    }

    fn is_over(&self) -> bool {
        self.driver.is_stopped() || self.leaving.is_some_and(|at| at <= Instant::now())
    }

    /// Sends what is to be sent, and leaves when there is nothing more to do.
    fn go_on(&mut self) {
        while self.has_room()
            && let Some(text) = self.texts.pop_front()
        {
            self.voice.say(&text, &mut self.driver);
        }
        let done = self.ended && self.texts.is_empty() && self.driver.is_settled();
        if done && self.leaving.is_none() && !(self.options.stay && self.wrong.is_none()) {
            self.wait_for_answers();
        }
    }

    /// A plain server does not say what it has heard: what comes for a while may be the answer.
    fn wait_for_answers(&mut self) {
        let tally = &self.driver.tally;
        let waits = self.mode == Mode::Plain && !tally.unechoed.is_empty() && self.driver.is_open();
        if waits {
            // Answers that keep coming are waited for longer, what belongs to nothing is not.
            let first = self.linger.unwrap_or_else(|| Instant::now() + self.options.linger);
            let last = tally.unechoed.last().map(|last| last + self.options.linger);
            self.linger = Some(last.map_or(first, |last| last.max(first)));
        } else {
            self.leave();
        }
    }

    fn deadline(&self) -> Instant {
        let far = || Instant::now() + Duration::from_secs(3_600);
        self.leaving.or(self.linger).unwrap_or_else(far)
    }

    fn time_is_up(&mut self) {
        if self.linger.is_some_and(|at| at <= Instant::now()) {
            self.leave();
        }
    }

    fn leave(&mut self) {
        self.linger = None;
        self.leaving.get_or_insert_with(|| Instant::now() + PATIENCE);
        self.driver.step(Event::Disconnect);
    }

    fn interrupted(&mut self) -> Result<(), ConnectError> {
        if self.leaving.is_some() {
            return Err(ConnectError::Interrupted);
        }
        self.leave();
        Ok(())
    }

    /// Whoever closes the pipe has seen enough.
    fn look_after_output(&mut self) {
        if self.driver.printer.is_gone() && self.leaving.is_none() {
            self.leave();
        }
    }

    /// A person may always type; a pipe waits for the network.
    fn takes_input(&self) -> bool {
        !self.ended && self.leaving.is_none() && (self.edited || (self.texts.is_empty() && self.has_room()))
    }

    fn has_room(&self) -> bool {
        let ahead = self.driver.session.pending() < AHEAD && self.driver.unwritten() < AHEAD_BYTES;
        self.driver.is_open() && ahead && self.leaving.is_none()
    }

    fn input(&mut self, input: Input) -> Result<(), ConnectError> {
        match input {
            Input::Line(line) if self.edited && self.mode != Mode::Plain => self.command(&line),
            Input::Line(line) => self.voice.say(&line, &mut self.driver),
            Input::Interrupt => return self.interrupted(),
            Input::End if self.edited => self.leave(),
            Input::End => self.ended = true,
            Input::Wrong(why) => {
                self.wrong = Some(why);
                self.ended = true;
            }
        }
        Ok(())
    }

    fn command(&mut self, line: &str) {
        match Command::parse(line) {
            Ok(Command::Help) => self.driver.printer.print(Line::info(words::help(self.mode))),
            Ok(Command::Quit) => self.leave(),
            Ok(command) => self.voice.obey(command, &mut self.driver),
            Err(why) => self.driver.tell(&News::Trouble(&why)),
        }
    }

    /// How it ended.
    async fn end(mut self) -> Result<(), ConnectError> {
        let result = self.result();
        let quiet = self.driver.printer.is_gone();
        tokio::select! {
            () = self.driver.printer.finish() => {}
            _ = tokio::signal::ctrl_c() => return Err(ConnectError::Interrupted),
        }
        if quiet { Ok(()) } else { result }
    }

    fn result(&mut self) -> Result<(), ConnectError> {
        if let Some(error) = self.driver.tally.hopeless.take() {
            return Err(ConnectError::Dial(error));
        }
        let tally = &self.driver.tally;
        match self.driver.session.state() {
            State::Stopped(StopReason::Fatal { code, .. }) if *code == CloseCode::NORMAL => {}
            State::Stopped(StopReason::Fatal { code, reason }) => {
                return Err(ConnectError::Fatal { code: *code, reason: reason.clone() });
            }
            State::Stopped(StopReason::Exhausted) => return Err(ConnectError::Lost(tally.last_end.clone())),
            _ => {}
        }
        if let Some(why) = &self.wrong {
            return Err(ConnectError::Input(why.clone()));
        }
        match tally.lost + self.driver.session.pending() + self.texts.len() {
            // A person has seen it.
            0 => Ok(()),
            _ if self.edited => Ok(()),
            lost => Err(ConnectError::Undelivered(lost)),
        }
    }
}
