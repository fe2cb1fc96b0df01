//! Properties that a server reports about itself.

use ::redis::{Value, cmd};

use super::fault::Fault;
use super::reply::ScriptReply;
use super::session::RedisSession;

/// Properties that a server reports in `INFO` and `CONFIG GET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerFacts {
    /// Identifier of the process.
    pub run_id: String,
    /// Identifier of the history of replicated writes. It changes when the server is promoted.
    pub replication_id: String,
    pub role: ServerRole,
    pub is_valkey: bool,
    /// Version, of Valkey if it is one.
    pub version: (u32, u32),
    pub is_cluster: bool,
    pub durability: Durability,
    /// True if the server can wait until a write is on the disk: Redis 7.2, Valkey 8.0.
    pub has_waitaof: bool,
    /// Policy of evictions, if keys without an expiry or with one may be evicted.
    pub eviction: Option<String>,
    /// Limits of the output buffers of subscribers, if known.
    pub subscriber_limit: Option<OutputLimit>,
}

/// Role of a server in replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerRole {
    Replica,
    /// A master that was a replica when its process started.
    PromotedMaster,
    /// Another master.
    Master,
}

/// Settings with which a write is on the disk some time after its response.
const SYNCED_LATER: [&str; 2] = ["appendfsync everysec", "no-appendfsync-on-rewrite yes"];

/// Durability of a write at the time of its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// The write is on the disk.
    Strict,
    /// The write may not be on the disk yet, because of this setting.
    Weak(&'static str),
    /// The user may not read the settings.
    Unknown,
}

/// Size of an output buffer at which the server closes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutputLimit {
    /// Bytes at which it is closed at once; 0 for no limit.
    pub hard: u64,
    /// Bytes at which it is closed after `seconds`; 0 for no limit.
    pub soft: u64,
    pub seconds: u64,
}

impl ServerFacts {
    /// Asks a server.
    ///
    /// # Errors
    /// Returns an error if the user may not use `INFO`, without which neither version nor role is known.
    pub async fn read(session: &RedisSession) -> Result<Self, Fault> {
        let mut commands = ::redis::Pipeline::with_capacity(3);
        commands.cmd("INFO");
        let settings = ["appendonly", "appendfsync", "no-appendfsync-on-rewrite", "client-output-buffer-limit"];
        commands.add_command(cmd("CONFIG").arg("GET").arg(&settings).take());
        // Waits for nothing.
        commands.add_command(cmd("WAITAOF").arg(0).arg(0).arg(0).take());
        let mut replies = ScriptReply::of_list(Value::Array(session.pipeline(&commands).await?))?;
        let info = match replies.value()? {
            Value::BulkString(info) => String::from_utf8_lossy(&info).into_owned(),
            Value::VerbatimString { text, .. } => text,
            Value::ServerError(error) => return Err(Fault::from_server(&error)),
            _ => return Err(Fault::malformed("INFO")),
        };
        let config = replies.list().ok().map(read_config);
        let has_waitaof = replies.list().is_ok();
        Ok(Self { has_waitaof, ..Self::parse(&Info(&info), config.as_deref())? })
    }

    /// Returns whether acknowledgments have to wait until the messages are on the disk. With `appendfsync no`, that may take
    /// for ever.
    pub fn waits_for_disk(&self) -> bool {
        self.has_waitaof && matches!(&self.durability, Durability::Weak(setting) if SYNCED_LATER.contains(setting))
    }

    fn parse(info: &Info<'_>, config: Option<&[(String, String)]>) -> Result<Self, Fault> {
        let is_valkey = info.get("server_name") == Some("valkey");
        let version = info.get(if is_valkey { "valkey_version" } else { "redis_version" });
        let no_id = |id: &str| id.chars().all(|digit| digit == '0');
        let policy = info.get("maxmemory_policy").filter(|policy| *policy != "noeviction");
        Ok(Self {
            run_id: info.required("run_id")?.to_owned(),
            replication_id: info.required("master_replid")?.to_owned(),
            role: match info.required("role")? {
                "master" if no_id(info.required("master_replid2")?) => ServerRole::Master,
                "master" => ServerRole::PromotedMaster,
                _ => ServerRole::Replica,
            },
            is_valkey,
            version: version.and_then(parse_version).ok_or_else(|| Fault::malformed("the version in INFO"))?,
            is_cluster: info.get("cluster_enabled") == Some("1"),
            durability: config.map_or(Durability::Unknown, durability),
            has_waitaof: false,
            // Without a limit of memory, nothing is evicted.
            eviction: policy.filter(|_| info.get("maxmemory") != Some("0")).map(str::to_owned),
            subscriber_limit: config
                .and_then(|config| subscriber_limit(setting(config, "client-output-buffer-limit")?)),
        })
    }
}

/// Text of `INFO`: lines with name, colon and value.
struct Info<'a>(&'a str);

impl<'a> Info<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim_end)
    }

    fn required(&self, name: &str) -> Result<&'a str, Fault> {
        self.get(name).ok_or_else(|| Fault::malformed(&format!("INFO without {name}")))
    }
}

fn read_config(mut reply: ScriptReply) -> Vec<(String, String)> {
    let mut config = Vec::new();
    while let (Ok(name), Ok(value)) = (reply.text(), reply.text()) {
        config.push((name, value));
    }
    config
}

fn setting<'a>(config: &'a [(String, String)], name: &str) -> Option<&'a str> {
    config.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn durability(config: &[(String, String)]) -> Durability {
    match (setting(config, "appendonly"), setting(config, "appendfsync"), setting(config, "no-appendfsync-on-rewrite"))
    {
        (None, ..) | (_, None, _) => Durability::Unknown,
        (Some("no"), ..) => Durability::Weak("appendonly no"),
        (_, Some("everysec"), _) => Durability::Weak("appendfsync everysec"),
        (_, Some("no"), _) => Durability::Weak("appendfsync no"),
        // While the file is rewritten, nothing is synced, whatever `appendfsync` says.
        (_, _, Some("yes")) => Durability::Weak("no-appendfsync-on-rewrite yes"),
        (_, Some("always"), _) => Durability::Strict,
        _ => Durability::Unknown,
    }
}

/// Finds the limits of subscribers in `normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60`.
fn subscriber_limit(setting: &str) -> Option<OutputLimit> {
    let mut words = setting.split_whitespace().skip_while(|word| *word != "pubsub").skip(1);
    let mut number = || words.next()?.parse().ok();
    Some(OutputLimit { hard: number()?, soft: number()?, seconds: number()? })
}

fn parse_version(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
#[path = "tests/facts.rs"]
mod tests;
