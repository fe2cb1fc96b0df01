//! The event loop of `yodel connect`, from the first dial to the exit status.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep_until};
use yodel_client::{Event, Mode, Session};

use super::command::Command;
use super::dial_config::DialConfig;
use super::driver::Driver;
use super::error::ConnectError;
use super::expectations::Expectations;
use super::input::Input;
use super::joined_rooms::JoinedRooms;
use super::line::Line;
use super::options::ConnectFlags;
use super::output_event::OutputEvent;
use super::printer::Printer;
use super::response_wait::ResponseWait;
use super::retry_limit::RetryLimit;
use super::session_end::SessionEnd;
use super::source::InputSource;
use super::terminal::TerminalModes;
use super::text_output;

/// Time to wait for the server's close frame after this client has sent its own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Largest number of pending messages while a pipe is read.
const MAX_UNSETTLED: usize = 400;

/// Largest number of unwritten bytes while a pipe is read.
const MAX_UNWRITTEN: u64 = 256 * 1024;

/// Runs a session to its end.
pub async fn run(options: &ConnectFlags) -> Result<(), ConnectError> {
    let config = DialConfig::new(options);
    if let Some(Err(reason)) = config.token() {
        return Err(ConnectError::Token(reason));
    }
    let mut terminate = signal(SignalKind::terminate()).map_err(ConnectError::System)?;
    let terminal = TerminalModes::save();
    let (mut source, prompt) = InputSource::open(!options.json, || terminal.enable_raw_input());
    let session = options.max_attempts().map_or_else(Session::new, Session::with_max_attempts);
    let session = if options.token_file.is_some() { session.with_tokens() } else { session };
    let (driver, mut events) = Driver::new(session, config, options.json, Printer::new(prompt));
    let mut session = SessionLoop::new(driver, options, source.interactive);
    session.start();
    while !session.is_finished() {
        tokio::select! {
            biased;
            interrupt = tokio::signal::ctrl_c() => {
                interrupt.map_err(ConnectError::System)?;
                session.handle_interrupt()?;
            }
            _ = terminate.recv() => session.handle_interrupt()?,
            () = session.driver.printer.changed() => session.check_output(),
            () = sleep_until(session.deadline()) => session.handle_deadline(),
            () = sleep_until(session.driver.timer_deadline()) => session.driver.handle_timer(),
            () = session.driver.written() => {}
            Some(event) = events.recv(), if !session.driver.printer.is_full() => {
                session.driver.handle_socket_event(event);
            }
            input = source.next(), if session.accepts_input() => session.handle_input(input)?,
        }
        session.advance();
    }
    session.finish().await
}

/// State of the event loop.
struct SessionLoop<'a> {
    driver: Driver,
    options: &'a ConnectFlags,
    mode: Mode,
    /// `true` if a person types lines and commands in the line editor.
    interactive: bool,
    /// Texts of --send that are not sent yet; they precede the input.
    pending_texts: VecDeque<String>,
    rooms: JoinedRooms,
    /// `true` if the input has ended.
    input_ended: bool,
    input_error: Option<String>,
    response_wait: ResponseWait,
    retry_limit: RetryLimit,
    /// Time by which the loop ends, because it is closing the connection.
    close_deadline: Option<Instant>,
}

impl<'a> SessionLoop<'a> {
    fn new(mut driver: Driver, options: &'a ConnectFlags, interactive: bool) -> Self {
        driver.status.expectations = Expectations::new(options);
        Self {
            driver,
            options,
            mode: options.mode(),
            interactive,
            pending_texts: options.send.iter().cloned().collect(),
            rooms: JoinedRooms::default(),
            input_ended: false,
            input_error: None,
            response_wait: ResponseWait::new(options.response_timeout),
            retry_limit: RetryLimit::new(options),
            close_deadline: None,
        }
    }

    fn start(&mut self) {
        for room in self.options.join.clone() {
            self.rooms.join(room, &mut self.driver);
        }
        self.driver.connect();
        if self.interactive {
            self.driver.printer.print(Line::info(text_output::help(self.mode)));
        }
    }

    fn is_finished(&self) -> bool {
        self.driver.is_stopped() || self.close_deadline.is_some_and(|at| at <= Instant::now())
    }

    /// Sends pending texts, and starts to close when nothing is left to do.
    fn advance(&mut self) {
        if self.close_deadline.is_none() && (self.is_rejected() || self.retry_limit.is_over(&self.driver)) {
            self.close();
        }
        while self.can_send()
            && let Some(text) = self.pending_texts.pop_front()
        {
            self.rooms.send(&text, &mut self.driver);
        }
        // A person does not end the input of a check.
        let input_done = self.input_ended || (self.interactive && self.driver.status.expectations.are_met());
        let done = input_done && self.pending_texts.is_empty() && self.driver.is_settled();
        if done && self.close_deadline.is_none() && !(self.options.stay && self.input_error.is_none()) {
            self.wait_for_responses();
        }
        if self.close_deadline.is_none() {
            self.driver.print_wait();
        }
    }

    /// Returns whether the server has rejected a room of a script. A person can join another one.
    fn is_rejected(&self) -> bool {
        !self.interactive && self.driver.status.rejected_room.is_some()
    }

    /// Closes after all responses: after the messages of --expect, else after the echoes of a plain server, which does
    /// not acknowledge messages.
    fn wait_for_responses(&mut self) {
        let status = &self.driver.status;
        let is_checked = status.expectations.is_active() && self.input_error.is_none();
        if is_checked && status.expectations.are_unmet() {
            return;
        }
        let lacks_echoes = self.mode == Mode::Plain && !status.pending_echoes.is_empty() && self.driver.is_open();
        if lacks_echoes && !is_checked {
            self.response_wait.extend(status.pending_echoes.last_received());
        } else {
            self.close();
        }
    }

    fn deadline(&self) -> Instant {
        let end = self.close_deadline.or(self.response_wait.deadline()).or(self.driver.status.expectations.deadline());
        end.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600))
    }

    fn handle_deadline(&mut self) {
        let is_open = self.close_deadline.is_none();
        if self.response_wait.is_over() || (is_open && self.driver.status.expectations.check_deadline()) {
            self.close();
        }
    }

    fn close(&mut self) {
        self.response_wait.stop();
        self.close_deadline.get_or_insert_with(|| Instant::now() + CLOSE_TIMEOUT);
        self.driver.step(Event::disconnect());
    }

    fn handle_interrupt(&mut self) -> Result<(), ConnectError> {
        if self.close_deadline.is_some() {
            return Err(ConnectError::Interrupted);
        }
        self.close();
        Ok(())
    }

    /// Closes the connection when standard output is closed.
    fn check_output(&mut self) {
        if self.driver.printer.is_closed() && self.close_deadline.is_none() {
            self.close();
        }
    }

    /// Returns whether to read input: always from a person, from a pipe only while messages can be sent.
    fn accepts_input(&self) -> bool {
        !self.input_ended
            && self.close_deadline.is_none()
            && (self.interactive || (self.pending_texts.is_empty() && self.can_send()))
    }

    fn can_send(&self) -> bool {
        let within_limits = self.driver.session.pending() < MAX_UNSETTLED && self.driver.unwritten() < MAX_UNWRITTEN;
        self.driver.is_open() && within_limits && self.close_deadline.is_none()
    }

    fn handle_input(&mut self, input: Input) -> Result<(), ConnectError> {
        match input {
            Input::Line(line) if self.interactive && self.mode != Mode::Plain => self.run_command(&line),
            Input::Line(line) => self.rooms.send(&line, &mut self.driver),
            Input::Interrupt => return self.handle_interrupt(),
            Input::End if self.interactive => self.close(),
            Input::End => self.input_ended = true,
            Input::Invalid(reason) => {
                self.input_error = Some(reason);
                self.input_ended = true;
            }
        }
        Ok(())
    }

    fn run_command(&mut self, line: &str) {
        match Command::parse(line) {
            Ok(Command::Help) => self.driver.printer.print(Line::info(text_output::help(self.mode))),
            Ok(Command::Quit) => self.close(),
            Ok(command) => self.rooms.run(command, &mut self.driver),
            Err(reason) => self.driver.print(&OutputEvent::Error(&reason)),
        }
    }

    /// Writes the remaining output and returns the result of the session.
    async fn finish(mut self) -> Result<(), ConnectError> {
        let end = SessionEnd {
            interactive: self.interactive,
            retry_limit: self.retry_limit,
            input_error: self.input_error.take(),
            unsent: self.pending_texts.len(),
        };
        let result = end.result(&mut self.driver);
        let written = tokio::select! {
            written = self.driver.printer.finish() => written,
            _ = tokio::signal::ctrl_c() => return Err(ConnectError::Interrupted),
        };
        SessionEnd::with_output(result, written)
    }
}
