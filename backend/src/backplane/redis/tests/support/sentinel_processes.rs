//! Sentinels of a test.

use super::{RedisProcess, until};

/// A master, its replica, and three sentinels that watch them.
pub struct SentinelProcesses {
    pub servers: [RedisProcess; 2],
    pub sentinels: Vec<RedisProcess>,
    _settings: tempfile::TempDir,
}

impl SentinelProcesses {
    pub async fn start() -> Self {
        let servers = [(); 2].map(|()| RedisProcess::start_with(&["--repl-diskless-sync-delay", "0"]));
        let master = servers[0].port().to_string();
        servers[1].cli(&["replicaof", "127.0.0.1", &master]);
        until("the replica has all data", async || {
            servers[1].cli(&["info", "replication"]).contains("master_link_status:up").then_some(())
        })
        .await;
        let settings = tempfile::tempdir().unwrap();
        let text = format!(
            "sentinel monitor main 127.0.0.1 {master} 2\nsentinel down-after-milliseconds main 1000\n\
             sentinel failover-timeout main 5000\n"
        );
        let sentinels: Vec<RedisProcess> = (0..3)
            .map(|index| {
                let file = settings.path().join(format!("{index}.conf"));
                std::fs::write(&file, &text).unwrap();
                RedisProcess::start_plain(&[file.to_str().unwrap(), "--sentinel"])
            })
            .collect();
        for sentinel in &sentinels {
            until("the sentinels know each other", async || {
                let state = sentinel.cli(&["sentinel", "master", "main"]);
                let field = |name| state.lines().skip_while(move |line| *line != name).nth(1);
                (field("num-other-sentinels") == Some("2") && field("num-slaves") == Some("1")).then_some(())
            })
            .await;
        }
        Self { servers, sentinels, _settings: settings }
    }

    pub fn url(&self, master: &str) -> String {
        let hosts: Vec<String> =
            self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port())).collect();
        format!("redis+sentinel://{}/{master}", hosts.join(","))
    }
}
