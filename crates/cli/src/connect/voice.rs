//! What is typed becomes what is sent, in the rooms that one is in.

use yodel_client::Event;
use yodel_protocol::frame::{HistoryRequest, Publish, RoomRequest, Send, Target};
use yodel_protocol::{EventName, Json, RoomName, Verb};

use super::command::Command;
use super::driver::Driver;
use super::news::News;

/// How many messages `/history` asks for.
const HISTORY: u32 = 20;

/// Where one speaks: in the last room that was joined.
#[derive(Debug, Default)]
pub struct Voice {
    rooms: Vec<RoomName>,
}

impl Voice {
    /// Says a text in the room; without one as the server likes it.
    pub fn say(&self, text: &str, driver: &mut Driver) {
        let Some(room) = self.rooms.last() else { return driver.send(text.to_owned()) };
        let publish = Publish { room: room.clone(), event: event(), data: Json::string(text), key: None, echo: false };
        let id = driver.new_message();
        driver.tell_sending(id, text);
        driver.step(Event::Request { id, verb: Verb::Publish(publish) });
    }

    /// Does what a person wants.
    pub fn obey(&mut self, command: Command, driver: &mut Driver) {
        match command {
            Command::Say(text) => self.say(&text, driver),
            Command::Join(room) => self.join(room, driver),
            Command::Leave(room) => self.leave(room, driver),
            Command::To(user, text) => {
                let (to, data) = (Target::User(user), Json::string(&text));
                ask(Verb::Send(Send { to, event: event(), data }), driver);
            }
            Command::Who(room) => self.about(room, |room| Verb::Presence(RoomRequest { room }), driver),
            Command::History(room) => {
                let latest = |room| Verb::History(HistoryRequest { room, before: None, limit: Some(HISTORY) });
                self.about(room, latest, driver);
            }
            Command::Help | Command::Quit => {}
        }
    }

    /// Hears a room, and speaks there.
    pub fn join(&mut self, room: RoomName, driver: &mut Driver) {
        self.rooms.retain(|known| *known != room);
        self.rooms.push(room.clone());
        driver.join(room);
    }

    fn leave(&mut self, room: Option<RoomName>, driver: &mut Driver) {
        if let Some(room) = self.meant(room, driver) {
            self.rooms.retain(|known| *known != room);
            driver.step(Event::Leave(room));
        }
    }

    fn about(&self, room: Option<RoomName>, verb: impl FnOnce(RoomName) -> Verb, driver: &mut Driver) {
        if let Some(room) = self.meant(room, driver) {
            ask(verb(room), driver);
        }
    }

    fn meant(&self, room: Option<RoomName>, driver: &Driver) -> Option<RoomName> {
        let meant = room.or_else(|| self.rooms.last().cloned());
        if meant.is_none() {
            driver.tell(&News::Trouble("which room? /join ROOM first, or say its name"));
        }
        meant
    }
}

fn ask(verb: Verb, driver: &mut Driver) {
    let id = driver.new_message();
    driver.step(Event::Request { id, verb });
}

fn event() -> EventName {
    EventName::new("text").expect("an event's name")
}
