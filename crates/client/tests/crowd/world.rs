//! The clients, the server, the network between them, and the time.

use yodel_client::{Event, State};

use crate::act::{Act, MEMBERS};
use crate::member::{Member, room};
use crate::server::{Line, Server};

pub struct World {
    now_ms: u64,
    server: Server,
    members: Vec<Member>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let members = (0..MEMBERS).map(|who| Member::new(who, seed)).collect();
        Self { now_ms: 1_000_000, server: Server::default(), members }
    }

    pub fn act(&mut self, act: &Act) {
        let (now_ms, server) = (self.now_ms, &mut self.server);
        match *act {
            Act::Connect(who) => self.members[who].connect(now_ms, server),
            Act::Disconnect(who) => self.members[who].disconnect(now_ms, server),
            Act::Join(who, number) => self.members[who].step(now_ms, Event::Join(room(number)), server),
            Act::Leave(who, number) => self.members[who].leave(now_ms, room(number), server),
            Act::Say(who, number, echo) => self.members[who].say(now_ms, room(number), echo, server),
            Act::SayMany(who, number) => {
                (0..40).for_each(|_| self.members[who].say(now_ms, room(number), true, server));
            }
            Act::Ask(who) => self.members[who].ask(now_ms, server),
            Act::Open(who) => self.open(who),
            Act::Serve(who, some) => self.serve(who, some),
            Act::Answer(who, some) => (0..some).for_each(|_| self.answer(who)),
            Act::Push(who, some) => (0..some).for_each(|_| self.push(who)),
            Act::Drop(who) => self.members[who].lose(now_ms, 1006, server),
            Act::Goodbye(who, retry_ms) => self.goodbye(who, retry_ms),
            Act::Restart => self.restart(),
            Act::Busy(publishes) => server.be_busy(publishes),
            Act::NextTimer(who) => self.next_timer(who),
            Act::Visible(who) => self.members[who].step(now_ms, Event::Visible, server),
            Act::Hide(who) => self.members[who].step(now_ms, Event::PageHide, server),
            Act::Show(who) => self.members[who].step(now_ms, Event::PageShow, server),
            Act::Wait(ms) => self.now_ms += ms,
        }
    }

    /// A frame that nobody would send.
    pub fn hear_anything(&mut self, text: &str) {
        for member in &mut self.members {
            if let (Some(socket), true) = (member.socket, member.open) {
                member.session.step(self.now_ms, Event::Received { socket, text: text.to_owned() }, &mut Zero);
            }
        }
    }

    /// A good end: everybody is connected, and what is said is answered and heard.
    pub fn come_to_rest(&mut self) {
        self.server.be_busy(0);
        for who in 0..MEMBERS {
            self.act(&Act::Show(who));
            self.act(&Act::Connect(who));
        }
        let mut quiet = 0;
        for _ in 0..1_000 {
            for who in 0..MEMBERS {
                self.settle(who);
            }
            let expects = self.members.iter().any(|member| self.expects(member));
            quiet = if expects { 0 } else { quiet + 1 };
            if quiet == 3 {
                break;
            }
        }
        for member in &mut self.members {
            assert!(matches!(member.session.state(), State::Open(_)), "stuck in {:?}", member.session.state());
            member.is_at_rest(&mut self.server);
        }
    }

    fn settle(&mut self, who: usize) {
        self.open(who);
        for _ in 0..5 {
            while !self.members[who].to_server.is_empty() {
                self.serve(who, 1);
            }
            (0..600).for_each(|_| self.push(who));
            (0..600).for_each(|_| self.answer(who));
        }
        if self.members[who].to_server.is_empty() {
            self.server.forgive(who);
        }
        if self.expects(&self.members[who]) {
            self.next_timer(who);
        }
    }

    /// Whether time will bring something: a dial, a message that was put off, one that is missing.
    fn expects(&self, member: &Member) -> bool {
        let soon = member.timer_ms.is_some_and(|at_ms| at_ms < self.now_ms + 3_000);
        soon || member.session.unsettled() > 0 || !matches!(member.session.state(), State::Open(_))
    }

    fn open(&mut self, who: usize) {
        let member = &mut self.members[who];
        if let (Some(socket), false) = (member.socket, member.open) {
            member.open = true;
            self.server.welcome(who);
            member.step(self.now_ms, Event::Opened(socket), &mut self.server);
        }
    }

    fn serve(&mut self, who: usize, some: u8) {
        for _ in 0..some {
            let Some(text) = self.members[who].to_server.pop_front() else { return };
            self.server.serve(who, &text);
        }
    }

    fn answer(&mut self, who: usize) {
        let text = self.server.line(who).and_then(Line::answer);
        self.hear(who, text);
    }

    fn push(&mut self, who: usize) {
        let text = self.server.line(who).and_then(Line::push);
        self.hear(who, text);
    }

    fn hear(&mut self, who: usize, text: Option<String>) {
        let member = &mut self.members[who];
        if let (Some(socket), Some(text)) = (member.socket, text) {
            member.step(self.now_ms, Event::Received { socket, text }, &mut self.server);
        }
    }

    fn goodbye(&mut self, who: usize, retry_ms: u16) {
        let goodbye = format!(r#"{{"type":"goodbye","code":4001,"reason":"deploy","retry_ms":{retry_ms}}}"#);
        if self.members[who].open {
            self.hear(who, Some(goodbye));
        }
    }

    fn restart(&mut self) {
        self.server.restart();
        for member in &mut self.members {
            member.lose(self.now_ms, 1001, &mut self.server);
        }
    }

    fn next_timer(&mut self, who: usize) {
        if let Some(at_ms) = self.members[who].timer_ms {
            self.now_ms = self.now_ms.max(at_ms);
            self.members[who].step(self.now_ms, Event::Timer { buffered: 0 }, &mut self.server);
        }
    }
}

/// No randomness at all.
struct Zero;

impl yodel_client::Rng for Zero {
    fn below(&mut self, _: u64) -> u64 {
        0
    }
}
