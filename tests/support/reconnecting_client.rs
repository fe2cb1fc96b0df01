//! `yodel_client::Session` driven by tokio: a client that reconnects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use tokio_util::task::AbortOnDropHandle;
use yodel_client::{Effect, Event, Generation, Mode, Session, Target};

use crate::splitmix::SplitMix;
use crate::with_timeout;

/// A running session; aborted on drop.
#[derive(Debug)]
pub struct ReconnectingClient {
    inbox: UnboundedSender<Event>,
    effects: UnboundedReceiver<Effect>,
    _running: AbortOnDropHandle<()>,
}

impl ReconnectingClient {
    /// Connects in envelope mode and reconnects until it is dropped.
    pub fn connect(url: String, rng: SplitMix) -> Self {
        let (inbox, events) = mpsc::unbounded_channel();
        let (reported, effects) = mpsc::unbounded_channel();
        let driver =
            SessionDriver { session: Session::new(), rng, inbox: inbox.clone(), reported, socket: None, timer: None };
        let running = AbortOnDropHandle::new(tokio::spawn(driver.run(events)));
        let client = Self { inbox, effects, _running: running };
        client.dispatch(Event::Connect { target: Target::new(url, Mode::Envelope { lobby: false }) });
        client
    }

    /// Passes an event to the session.
    pub fn dispatch(&self, event: Event) {
        // A stopped driver fails the next wait for an effect.
        let _ = self.inbox.send(event);
    }

    /// Waits for the next effect that is not input or output of the driver.
    pub async fn next(&mut self) -> Effect {
        with_timeout("an effect", self.effects.recv()).await.expect("driver is running")
    }

    /// Returns the effects so far without waiting.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.effects.try_recv().ok()).collect()
    }
}

struct SessionDriver {
    session: Session,
    rng: SplitMix,
    inbox: UnboundedSender<Event>,
    reported: UnboundedSender<Effect>,
    socket: Option<Socket>,
    timer: Option<Instant>,
}

/// Driver's side of a socket.
struct Socket {
    generation: Generation,
    outgoing: UnboundedSender<Message>,
    buffered: Arc<AtomicU64>,
    _running: AbortOnDropHandle<()>,
}

impl SessionDriver {
    async fn run(mut self, mut events: UnboundedReceiver<Event>) {
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                () = until(self.timer) => Some(Event::Timer { buffered: self.buffered() }),
            };
            let Some(event) = event else { return };
            if matches!(event, Event::Timer { .. }) {
                self.timer = None;
            }
            for effect in self.session.step(now_ms(), event, &mut self.rng) {
                self.carry_out(effect);
            }
        }
    }

    fn buffered(&self) -> u64 {
        self.socket.as_ref().map_or(0, |socket| socket.buffered.load(Ordering::Relaxed))
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Dial { socket, target } => self.socket = Some(dial(socket, target.url, self.inbox.clone())),
            Effect::Close { code, .. } => {
                self.send(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() })));
            }
            Effect::Abandon(generation) => {
                self.socket.take_if(|socket| socket.generation == generation);
            }
            Effect::Transmit { text, .. } => self.send(Message::text(text)),
            Effect::TransmitBinary { bytes, .. } => self.send(Message::binary(bytes.to_vec())),
            Effect::Authenticate { text, .. } => self.send(Message::text(text.reveal())),
            Effect::Arm { at_ms } => {
                self.timer = Some(Instant::now() + Duration::from_millis(at_ms.saturating_sub(now_ms())));
            }
            Effect::Disarm => self.timer = None,
            other => {
                let _ = self.reported.send(other);
            }
        }
    }

    fn send(&self, message: Message) {
        if let Some(socket) = &self.socket {
            socket.buffered.fetch_add(message.len() as u64, Ordering::Relaxed);
            let _ = socket.outgoing.send(message);
        }
    }
}

fn dial(generation: Generation, url: String, inbox: UnboundedSender<Event>) -> Socket {
    let (outgoing, messages) = mpsc::unbounded_channel();
    let buffered = Arc::new(AtomicU64::new(0));
    let left = Arc::clone(&buffered);
    let running = tokio::spawn(async move {
        let (code, reason) =
            run_connection(generation, &url, &inbox, messages, &left).await.unwrap_or((1006, String::new()));
        let buffered = left.load(Ordering::Relaxed);
        let _ = inbox.send(Event::Closed { socket: generation, code, reason, buffered });
    });
    Socket { generation, outgoing, buffered, _running: AbortOnDropHandle::new(running) }
}

/// Connects and forwards messages until the connection closes. Returns the close code and reason.
async fn run_connection(
    socket: Generation,
    url: &str,
    inbox: &UnboundedSender<Event>,
    mut outgoing: UnboundedReceiver<Message>,
    buffered: &Arc<AtomicU64>,
) -> Result<(u16, String), Error> {
    let stream = open(url).await?;
    let _ = inbox.send(Event::Opened(socket));
    let (mut writer, mut reader) = stream.split();
    let written = Arc::clone(buffered);
    // A separate task: a server that does not read must not block receiving.
    let _writing = AbortOnDropHandle::new(tokio::spawn(async move {
        while let Some(message) = outgoing.recv().await {
            let length = message.len() as u64;
            if writer.send(message).await.is_err() {
                return;
            }
            written.fetch_sub(length, Ordering::Relaxed);
        }
    }));
    while let Some(message) = reader.next().await {
        match message? {
            Message::Text(text) => _ = inbox.send(Event::Received { socket, text: text.to_string() }),
            Message::Close(frame) => {
                return Ok(frame.map_or((1005, String::new()), |frame| (frame.code.into(), frame.reason.to_string())));
            }
            _ => {}
        }
    }
    Ok((1006, String::new()))
}

async fn open(url: &str) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", http::HeaderValue::from_static("yodel.v1"));
    let address = request.uri().authority().map(ToString::to_string).unwrap_or_default();
    Ok(client_async(request, TcpStream::connect(address).await?).await?.0)
}

async fn until(timer: Option<Instant>) {
    match timer {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
