//! One connection for subscriptions.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tracing::warn;

use crate::backplane::shared::store::StoreError;

use super::assignment::Assignment;
use super::changed_channels::ChangedChannels;
use super::channel_table::{ChannelTable, Reaction};
use super::connection::RedisConnection;
use super::context::RedisContext;
use super::event_sink::EventSink;
use super::link::{Link, LinkState};
use super::subscribe_socket::SubscribeSocket;
use super::subscriptions::{Channel, SessionId};

const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// Number of probe intervals without input after which the connection is dropped: two seconds after a probe without an
/// answer. Counting intervals instead of time tolerates a pause of this process.
const MAX_SILENT_INTERVALS: u32 = 3;
/// Number of changes that are processed together.
const CHANGES: usize = 1024;

/// One connection for subscriptions. Dropping it interrupts its subscriptions.
pub(super) struct SubscribeSession<'a> {
    context: &'a RedisContext,
    changed: &'a ChangedChannels,
    id: SessionId,
    socket: SubscribeSocket,
    table: ChannelTable,
    changes: mpsc::UnboundedReceiver<Channel>,
    assigned: &'a mut watch::Receiver<Assignment>,
    /// Channels to try again, because the server has rejected or ended their subscriptions.
    retries: HashSet<Channel>,
    events: EventSink<'a>,
    silent_intervals: u32,
}

impl<'a> SubscribeSession<'a> {
    /// Connects to the server of `connection`.
    pub async fn start(
        context: &'a RedisContext,
        changed: &'a ChangedChannels,
        connection: &RedisConnection,
        assigned: &'a mut watch::Receiver<Assignment>,
    ) -> Result<Self, StoreError> {
        let stream = context.dialer.subscribe_stream(connection.address()).await?;
        let socket = timeout(context.config.deadline, SubscribeSocket::start(stream, &context.dialer.credentials))
            .await
            .map_err(|_| StoreError("the server does not answer".into()))??;
        Ok(Self {
            context,
            changed,
            id: context.subscriptions.next_session(),
            socket,
            table: ChannelTable::default(),
            changes: changed.connect(),
            assigned,
            retries: HashSet::new(),
            events: EventSink::new(context),
            silent_intervals: 0,
        })
    }

    /// Receives events until the connection ends, and returns why.
    pub async fn run(&mut self, link: &Link, connection: &RedisConnection) -> Result<Infallible, StoreError> {
        let result = self.receive(link, connection).await;
        if let Err(Stop::Server(_)) = result {
            // Who does not answer here, or is no master, is not to be used for operations either.
            connection.session().close();
        }
        result.map_err(Stop::into_reason)
    }

    async fn receive(&mut self, link: &Link, connection: &RedisConnection) -> Result<Infallible, Stop> {
        let mut links = link.subscribe();
        let mut probes = probe_interval();
        let mut changes = Vec::with_capacity(CHANGES);
        self.update_all();
        loop {
            tokio::select! {
                frame = self.socket.next_frame() => {
                    let mut frame = Some(frame?);
                    self.silent_intervals = 0;
                    while let Some(received) = frame {
                        let reaction = self.table.receive(received)?;
                        self.react(reaction)?;
                        frame = self.socket.buffered_frame()?;
                    }
                }
                _ = self.changes.recv_many(&mut changes, CHANGES) => {
                    for channel in changes.drain(..) {
                        self.update(&channel);
                    }
                }
                _ = self.assigned.changed() => self.update_all(),
                _ = probes.tick() => self.probe()?,
                _ = links.changed() => check_link(&links.borrow_and_update(), connection)?,
            }
            self.socket.send(&self.table.take_commands());
            self.events.report_renewed(self.table.is_subscribing());
        }
    }

    /// Subscribes or unsubscribes whatever differs from what it should be.
    fn update_all(&mut self) {
        self.assigned.mark_unchanged();
        let mut channels: HashSet<Channel> = self.context.subscriptions.channels().into_iter().collect();
        channels.extend(self.table.channels());
        for channel in channels {
            self.update(&channel);
        }
    }

    fn update(&mut self, channel: &Channel) {
        let keys = &self.context.keys;
        let (partition, name) = match channel {
            Channel::Signal => (0, keys.signal_channel()),
            Channel::Room(room) => {
                let partition = keys.partition_of(room);
                (partition, keys.room_channel(partition, room))
            }
        };
        let is_here = self.assigned.borrow().partitions.binary_search(&partition).is_ok();
        let is_wanted = is_here && self.context.subscriptions.contains(channel);
        if self.table.set(name, channel, is_wanted) {
            // It was removed and added again before anybody noticed.
            self.confirm(channel);
        } else if !is_wanted {
            self.context.subscriptions.interrupt(self.id, channel);
        }
    }

    fn react(&mut self, reaction: Reaction) -> Result<(), Stop> {
        match reaction {
            Reaction::Nothing => {}
            Reaction::Published(channel, bytes) => self.events.send(channel, &bytes),
            Reaction::Confirmed(channel) => self.confirm(&channel),
            Reaction::Lost(channels, reason) => {
                warn!(channels = channels.len(), reason, "redis ended subscriptions; subscribing again");
                self.context.refresh.notify_one();
                for channel in &channels {
                    self.context.subscriptions.interrupt(self.id, channel);
                }
                self.retries.extend(channels);
            }
            Reaction::Replica => return Err(Stop::Server(StoreError("the server has become a replica".into()))),
        }
        Ok(())
    }

    fn confirm(&mut self, channel: &Channel) {
        if self.context.subscriptions.confirm(self.id, channel) {
            self.context.metrics.add_resubscription();
            if let Channel::Room(room) = channel {
                self.events.add_renewed(room.clone());
            }
        }
    }

    fn probe(&mut self) -> Result<(), Stop> {
        self.silent_intervals += 1;
        if self.silent_intervals > MAX_SILENT_INTERVALS {
            return Err(Stop::Server(StoreError("the server does not answer".into())));
        }
        let probe = self.table.take_probe();
        self.socket.send(&probe);
        for channel in std::mem::take(&mut self.retries) {
            self.update(&channel);
        }
        Ok(())
    }
}

impl Drop for SubscribeSession<'_> {
    fn drop(&mut self) {
        self.changed.disconnect();
        self.context.subscriptions.interrupt_all(self.id);
    }
}

/// Reason why a connection for subscriptions ends.
enum Stop {
    /// Only this connection is affected.
    Connection(StoreError),
    /// The server is not to be used.
    Server(StoreError),
}

impl Stop {
    fn into_reason(self) -> StoreError {
        match self {
            Self::Connection(reason) | Self::Server(reason) => reason,
        }
    }
}

impl From<StoreError> for Stop {
    fn from(reason: StoreError) -> Self {
        Self::Connection(reason)
    }
}

/// Ends the connection if operations now use another process: this one no longer gets the messages.
fn check_link(state: &LinkState, connection: &RedisConnection) -> Result<(), StoreError> {
    match state {
        LinkState::Up(other) if other.run_id() != connection.run_id() || other.address() != connection.address() => {
            Err(StoreError("operations use another server".into()))
        }
        _ => Ok(()),
    }
}

fn probe_interval() -> Interval {
    let mut probes = interval(PROBE_INTERVAL);
    probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    probes
}
