//! The servers of a Cluster.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use ::redis::{Pipeline, Value, cmd};
use parking_lot::RwLock;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, info};

use crate::backplane::shared::store::{Partition, StoreError};

use super::address::Address;
use super::assignment::Assignment;
use super::connection::RedisConnection;
use super::context::RedisContext;
use super::fault::Fault;
use super::locator::Locator;
use super::reply::ScriptReply;
use super::server::RedisServer;
use super::session::RedisSession;
use super::slot::slot_of;
use super::slot_map::SlotMap;

/// Interval at which the slots are looked up even if nothing suggests that they have moved.
const POLL: Duration = Duration::from_secs(30);
/// Pause between two look-ups.
const PAUSE: Duration = Duration::from_millis(100);

/// The masters of a Cluster that have partitions.
pub(super) struct Cluster {
    context: Arc<RedisContext>,
    nodes: Arc<ClusterNodes>,
    _task: AbortOnDropHandle<()>,
}

struct ClusterNodes {
    seeds: Vec<Address>,
    state: RwLock<ClusterTopology>,
    /// Number of look-ups.
    lookups: watch::Sender<u64>,
}

#[derive(Default)]
struct ClusterTopology {
    map: SlotMap,
    servers: HashMap<Address, Arc<RedisServer>>,
}

/// Map of the Cluster as one server reports it.
struct ClusterView {
    epoch: u64,
    map: SlotMap,
}

impl Cluster {
    /// Looks for the masters and starts the connections to them.
    pub async fn start(context: &Arc<RedisContext>, seeds: Vec<Address>) -> Result<Self, StoreError> {
        let nodes = Arc::new(ClusterNodes { seeds, state: RwLock::default(), lookups: watch::Sender::new(0) });
        nodes.look_up(context).await?;
        let task = {
            let (context, nodes) = (Arc::clone(context), Arc::clone(&nodes));
            tokio::spawn(async move { nodes.follow(&context).await })
        };
        Ok(Self { context: Arc::clone(context), nodes, _task: AbortOnDropHandle::new(task) })
    }

    pub fn server(&self, partition: Partition) -> Option<Arc<RedisServer>> {
        let state = self.nodes.state.read();
        let owner = state.map.owner(self.context.keys.slot(partition))?;
        state.servers.get(owner).cloned()
    }

    pub fn servers(&self) -> Vec<Arc<RedisServer>> {
        self.nodes.state.read().servers.values().cloned().collect()
    }

    /// Looks up the slots, and returns when this has succeeded or failed.
    pub async fn refresh(&self) {
        let mut lookups = self.nodes.lookups.subscribe();
        self.context.refresh.notify_one();
        // An error means that the task has ended, and with it the store.
        let _ = lookups.changed().await;
    }
}

impl ClusterNodes {
    async fn follow(&self, context: &Arc<RedisContext>) {
        loop {
            // The error is the same as no error: it is time to look.
            let _ = timeout(POLL, context.refresh.notified()).await;
            if let Err(error) = self.look_up(context).await {
                debug!(%error, "cannot look up the slots of the redis cluster");
            }
            self.lookups.send_modify(|count| *count += 1);
            sleep(PAUSE).await;
        }
    }

    async fn look_up(&self, context: &Arc<RedisContext>) -> Result<(), StoreError> {
        let map = self.ask_all(context).await?;
        let assignments = assign(context, &map);
        let mut state = self.state.write();
        for (address, assignment) in &assignments {
            if let Some(server) = state.servers.get(address) {
                server.assign(assignment.clone());
            } else {
                info!(server = %address, partitions = assignment.partitions.len(), "using redis cluster server");
                let server = RedisServer::start(context, Locator::Fixed(address.clone()), assignment.clone());
                state.servers.insert(address.clone(), Arc::new(server));
            }
        }
        state.servers.retain(|address, _| assignments.contains_key(address));
        state.map = map;
        Ok(())
    }

    /// Asks the known masters, or the seeds if none of them answers. The one with the newest configuration is right.
    async fn ask_all(&self, context: &Arc<RedisContext>) -> Result<SlotMap, StoreError> {
        let mut questions = JoinSet::new();
        for connection in self.connections() {
            questions.spawn(async move { ask(connection.session(), connection.address()).await });
        }
        if let Ok(view) = newest(questions, context.config.deadline / 4).await {
            return Ok(view.map);
        }
        let mut questions = JoinSet::new();
        for seed in self.candidates() {
            let context = Arc::clone(context);
            questions.spawn(async move {
                let session = context.dialer.data_session(&seed).await?;
                ask(&session, &seed).await
            });
        }
        newest(questions, context.config.deadline).await.map(|view| view.map)
    }

    fn connections(&self) -> Vec<Arc<RedisConnection>> {
        self.state.read().servers.values().filter_map(|server| server.link.current()).collect()
    }

    /// Returns the seeds and the last known masters.
    fn candidates(&self) -> Vec<Address> {
        let mut candidates: Vec<Address> = self.state.read().servers.keys().cloned().collect();
        candidates.extend_from_slice(&self.seeds);
        candidates.sort();
        candidates.dedup();
        candidates
    }
}

/// Returns what each server has.
fn assign(context: &RedisContext, map: &SlotMap) -> BTreeMap<Address, Assignment> {
    let mut partitions: BTreeMap<Address, Vec<Partition>> = BTreeMap::new();
    for partition in 0..context.keys.partitions() {
        if let Some(owner) = map.owner(context.keys.slot(partition)) {
            partitions.entry(owner.clone()).or_default().push(partition);
        }
    }
    let count_owner = map.owner(slot_of(context.keys.partition_count().as_bytes()));
    if let Some(owner) = count_owner {
        partitions.entry(owner.clone()).or_default();
    }
    let assignment = |(address, partitions): (Address, Vec<Partition>)| {
        let has_partition_count = count_owner == Some(&address);
        (address, Assignment { partitions: partitions.into(), has_partition_count })
    };
    partitions.into_iter().map(assignment).collect()
}

/// Returns the answer with the newest configuration among those that come in time.
async fn newest(
    mut questions: JoinSet<Result<ClusterView, StoreError>>,
    time: Duration,
) -> Result<ClusterView, StoreError> {
    let mut best: Option<ClusterView> = None;
    let mut failure = StoreError("no server of the Redis Cluster answers".into());
    let collect = async {
        while let Some(answer) = questions.join_next().await {
            match answer {
                Ok(Ok(view)) if best.as_ref().is_none_or(|best| best.epoch < view.epoch) => best = Some(view),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => failure = error,
                Err(error) => failure = StoreError(error.to_string()),
            }
        }
    };
    // What has not come in time is missing; the rest counts.
    let _ = timeout(time, collect).await;
    best.ok_or(failure)
}

async fn ask(session: &RedisSession, address: &Address) -> Result<ClusterView, StoreError> {
    let mut commands = Pipeline::with_capacity(2);
    commands.add_command(cmd("CLUSTER").arg("INFO").take()).add_command(cmd("CLUSTER").arg("SLOTS").take());
    let mut replies = ScriptReply::of_list(Value::Array(session.pipeline(&commands).await?))?;
    let info = match replies.value()? {
        Value::ServerError(error) => return Err(Fault::from_server(&error).into()),
        Value::BulkString(info) => String::from_utf8_lossy(&info).into_owned(),
        _ => return Err(Fault::malformed("CLUSTER INFO").into()),
    };
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_end);
    if field("cluster_state:") != Some("ok") {
        return Err(StoreError(format!("Redis Cluster server {address} does not reach the majority of the Cluster")));
    }
    let epoch = field("cluster_current_epoch:").and_then(|epoch| epoch.parse().ok()).unwrap_or_default();
    Ok(ClusterView { epoch, map: SlotMap::parse(replies.value()?, address)? })
}
