//! A Cluster of a test.

use super::{RedisProcess, until};

/// A Cluster of three masters and three replicas.
pub struct ClusterProcesses {
    /// The masters, then their replicas in the same order.
    pub servers: Vec<RedisProcess>,
}

const ARGUMENTS: [&str; 10] = [
    "--cluster-enabled",
    "yes",
    "--cluster-port",
    RedisProcess::FREE_PORT,
    "--cluster-node-timeout",
    "3000",
    "--cluster-replica-validity-factor",
    "0",
    "--repl-diskless-sync-delay",
    "0",
];
const RANGES: [[&str; 2]; 3] = [["0", "5460"], ["5461", "10922"], ["10923", "16383"]];

impl ClusterProcesses {
    pub async fn start() -> Self {
        let servers: Vec<RedisProcess> = (0..6).map(|_| RedisProcess::start_with(&ARGUMENTS)).collect();
        for (index, server) in servers.iter().enumerate() {
            server.cli(&["cluster", "set-config-epoch", &(index + 1).to_string()]);
            let bus = server.cli(&["config", "get", "cluster-port"]).lines().last().unwrap().to_owned();
            servers[0].cli(&["cluster", "meet", "127.0.0.1", &server.port().to_string(), &bus]);
        }
        for (server, range) in servers.iter().zip(RANGES) {
            server.cli(&["cluster", "addslotsrange", range[0], range[1]]);
        }
        let cluster = Self { servers };
        cluster.until_all("they know each other", |info| info.contains("cluster_known_nodes:6")).await;
        for index in 0..3 {
            let (master, replica) = (cluster.id(index), &cluster.servers[index + 3]);
            until("it is a replica", async || (replica.cli(&["cluster", "replicate", &master]) == "OK").then_some(()))
                .await;
            until("the replica has all data", async || {
                replica.cli(&["info", "replication"]).contains("master_link_status:up").then_some(())
            })
            .await;
        }
        cluster.until_all("the cluster works", |info| info.contains("cluster_state:ok")).await;
        cluster
    }

    /// Returns an address with the replica of the first master and the second master.
    pub fn url(&self) -> String {
        format!("redis+cluster://127.0.0.1:{},127.0.0.1:{}", self.servers[3].port(), self.servers[1].port())
    }

    /// Returns the identifier of a server.
    pub fn id(&self, index: usize) -> String {
        self.servers[index].cli(&["cluster", "myid"])
    }

    /// Moves a slot with its keys from one master to another.
    pub fn move_slot(&self, slot: u16, from: usize, to: usize) {
        let (slot, source, target) = (slot.to_string(), &self.servers[from], &self.servers[to]);
        let (source_id, target_id) = (self.id(from), self.id(to));
        assert_eq!(target.cli(&["cluster", "setslot", &slot, "importing", &source_id]), "OK");
        assert_eq!(source.cli(&["cluster", "setslot", &slot, "migrating", &target_id]), "OK");
        let keys = source.cli(&["--raw", "cluster", "getkeysinslot", &slot, "1000"]);
        let port = target.port().to_string();
        for key in keys.lines() {
            assert_eq!(source.cli(&["migrate", "127.0.0.1", &port, key, "0", "5000"]), "OK", "{key}");
        }
        for server in [target, source] {
            assert_eq!(server.cli(&["cluster", "setslot", &slot, "node", &target_id]), "OK");
        }
    }

    async fn until_all(&self, what: &str, holds: impl Fn(&str) -> bool) {
        for server in &self.servers {
            until(what, async || holds(&server.cli(&["cluster", "info"])).then_some(())).await;
        }
    }
}
