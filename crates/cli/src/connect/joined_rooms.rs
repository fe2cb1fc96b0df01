//! Joined rooms, and the commands that work on them.

use yodel_client::Event;
use yodel_protocol::frame::{HistoryRequest, Publish, RoomRequest, Send, Target};
use yodel_protocol::{EventName, Json, RoomName, Verb};

use super::command::Command;
use super::driver::Driver;
use super::output_event::OutputEvent;

/// Number of messages that `/history` requests.
const HISTORY: u32 = 20;

/// Joined rooms in the order of joining; the last one is the current room.
#[derive(Debug, Default)]
pub struct JoinedRooms {
    rooms: Vec<RoomName>,
}

impl JoinedRooms {
    /// Publishes a text in the current room; without a room, sends it as a plain message or an echo request.
    pub fn send(&self, text: &str, driver: &mut Driver) {
        let Some(room) = self.rooms.last() else { return driver.send(text.to_owned()) };
        let publish = Publish { room: room.clone(), event: event(), data: Json::string(text), key: None, echo: false };
        let id = driver.new_message();
        driver.print_sent(id, text);
        driver.step(Event::Request { id, verb: Verb::Publish(publish) });
    }

    /// Runs a command.
    pub fn run(&mut self, command: Command, driver: &mut Driver) {
        match command {
            Command::Text(text) => self.send(&text, driver),
            Command::Join(room) => self.join(room, driver),
            Command::Leave(room) => self.leave(room, driver),
            Command::To(user, text) => {
                let (to, data) = (Target::User(user), Json::string(&text));
                driver.run_command("/to", Verb::Send(Send { to, event: event(), data }));
            }
            Command::Who(room) => {
                let users = |room| Verb::Presence(RoomRequest { room });
                self.run_for_room("/who", room, users, driver);
            }
            Command::History(room) => {
                let latest = |room| Verb::History(HistoryRequest { room, before: None, limit: Some(HISTORY) });
                self.run_for_room("/history", room, latest, driver);
            }
            Command::Help | Command::Quit => {}
        }
    }

    /// Joins a room, which becomes the current one.
    pub fn join(&mut self, room: RoomName, driver: &mut Driver) {
        self.rooms.retain(|known| *known != room);
        self.rooms.push(room.clone());
        driver.join(room);
    }

    fn leave(&mut self, room: Option<RoomName>, driver: &mut Driver) {
        if let Some(room) = self.room_or_current(room, driver) {
            self.rooms.retain(|known| *known != room);
            driver.step(Event::Leave(room));
        }
    }

    fn run_for_room(
        &self,
        command: &'static str,
        room: Option<RoomName>,
        verb: impl FnOnce(RoomName) -> Verb,
        driver: &mut Driver,
    ) {
        if let Some(room) = self.room_or_current(room, driver) {
            driver.run_command(command, verb(room));
        }
    }

    fn room_or_current(&self, room: Option<RoomName>, driver: &Driver) -> Option<RoomName> {
        let chosen = room.or_else(|| self.rooms.last().cloned());
        if chosen.is_none() {
            driver.print(&OutputEvent::Error("no current room: join one with /join ROOM, or name a room"));
        }
        chosen
    }
}

fn event() -> EventName {
    EventName::new("text").expect("a valid event name")
}
