//! A connection that has claimed partitions.

use std::collections::HashMap;

use ::redis::{Pipeline, Value, cmd};
use parking_lot::Mutex;

use crate::backplane::shared::store::{Partition, StoreError};

use super::address::Address;
use super::assignment::Assignment;
use super::context::RedisContext;
use super::disk_wait::DiskWait;
use super::facts::{Durability, ServerFacts, ServerRole};
use super::fault::Fault;
use super::finding::Finding;
use super::keys::Keys;
use super::script::Script;
use super::session::RedisSession;

/// Connection for the operations on a server. A partition is claimed on each connection before it is used there, which
/// establishes its generation.
pub(super) struct RedisConnection {
    session: RedisSession,
    address: Address,
    facts: ServerFacts,
    findings: Vec<Finding>,
    /// Claimed partitions with their generations at that time.
    claimed: Mutex<HashMap<Partition, u64>>,
    /// Waits after publishes; `None` if they are on the disk before they are answered, or the server cannot wait.
    disk_wait: Option<DiskWait>,
}

impl RedisConnection {
    /// Connects to a server, examines it and claims partitions.
    pub async fn open(context: &RedisContext, address: Address, assigned: &Assignment) -> Result<Self, StoreError> {
        let session = context.dialer.data_session(&address).await?;
        let facts = ServerFacts::read(&session).await.map_err(|fault| refused(&address, fault))?;
        let findings = Finding::of_server(&facts, &address, context.is_cluster);
        if let Some(fatal) = findings.iter().find(|finding| finding.is_fatal()) {
            return Err(StoreError(fatal.to_string()));
        }
        let disk_wait = facts.waits_for_disk().then(DiskWait::default);
        let connection = Self { session, address, facts, findings, claimed: Mutex::default(), disk_wait };
        if let Err(error) = connection.prepare(&context.keys, assigned).await {
            return Err(refused(&connection.address, error));
        }
        Ok(connection)
    }

    pub fn session(&self) -> &RedisSession {
        &self.session
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the identifier of the server's process.
    pub fn run_id(&self) -> &str {
        &self.facts.run_id
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub fn has_claimed(&self, partition: Partition) -> bool {
        self.claimed.lock().contains_key(&partition)
    }

    /// Claims partitions and returns their generations, in the same order. Claiming again is harmless.
    pub async fn claim(&self, keys: &Keys, partitions: &[Partition]) -> Result<Vec<u64>, Fault> {
        if partitions.is_empty() {
            return Ok(Vec::new());
        }
        let mut claims = Pipeline::with_capacity(partitions.len());
        for partition in partitions {
            let mut claim = Script::Claim.call(&[keys.state(*partition)]);
            claim
                .arg(&self.facts.run_id)
                .arg(&self.facts.replication_id)
                .arg(self.address.to_string())
                .arg(u8::from(self.facts.durability == Durability::Strict))
                .arg(u8::from(self.facts.role == ServerRole::Master));
            claims.add_command(claim);
        }
        let replies = self.run(&claims).await?;
        let generations = replies.into_iter().map(parse_generation).collect::<Result<Vec<u64>, Fault>>()?;
        self.claimed.lock().extend(partitions.iter().copied().zip(generations.iter().copied()));
        Ok(generations)
    }

    /// Waits until everything that was published on this connection is on the disk, if the server does not wait itself.
    ///
    /// # Errors
    /// Returns an error if it is not there in time. The messages are published nevertheless.
    pub async fn wait_for_disk(&self, context: &RedisContext, partition: Partition) -> Result<(), Fault> {
        let Some(disk_wait) = &self.disk_wait else { return Ok(()) };
        let waited = disk_wait.wait(context, &self.address, &self.facts.run_id, partition).await;
        if matches!(waited, Err(Fault::Refused(_) | Fault::Closed(_))) {
            // The settings have changed, or this is another process.
            self.session.close();
        }
        waited
    }

    /// Runs scripts. If the server has lost them, it gets them again.
    ///
    /// # Errors
    /// Returns an error if it is unknown which scripts were executed. The error of a single script is a response.
    pub async fn run(&self, calls: &Pipeline) -> Result<Vec<Value>, Fault> {
        let mut replies = self.session.pipeline(calls).await?;
        let Some(first) = replies.iter().position(is_no_script) else { return Ok(replies) };
        if !replies[first..].iter().all(is_no_script) {
            // Somebody else has loaded the scripts meanwhile. To repeat the first ones would change the order.
            return Err(Fault::NoScript);
        }
        self.load_scripts().await?;
        let mut rest = Pipeline::with_capacity(calls.len() - first);
        for call in calls.cmd_iter().skip(first) {
            rest.add_command(call.clone());
        }
        let repeated = self.session.pipeline(&rest).await?;
        replies.truncate(first);
        replies.extend(repeated);
        if replies.iter().any(is_no_script) { Err(Fault::NoScript) } else { Ok(replies) }
    }

    async fn prepare(&self, keys: &Keys, assigned: &Assignment) -> Result<(), StoreError> {
        if assigned.has_partition_count {
            self.check_partition_count(keys).await?;
        }
        self.load_scripts().await?;
        self.claim(keys, &assigned.partitions).await?;
        Ok(())
    }

    async fn load_scripts(&self) -> Result<(), Fault> {
        let mut loads = Pipeline::with_capacity(Script::ALL.len());
        for script in Script::ALL {
            loads.add_command(cmd("SCRIPT").arg("LOAD").arg(script.source()).take());
        }
        for reply in self.session.pipeline(&loads).await? {
            if let Value::ServerError(error) = reply {
                return Err(Fault::from_server(&error));
            }
        }
        Ok(())
    }

    /// Stores the number of partitions, unless another node did.
    async fn check_partition_count(&self, keys: &Keys) -> Result<(), StoreError> {
        let configured = keys.partitions().to_string();
        let command = cmd("SET").arg(keys.partition_count()).arg(&configured).arg("NX").arg("GET").take();
        match self.session.command(&command).await? {
            Value::Nil => Ok(()),
            Value::BulkString(stored) if stored == configured.as_bytes() => Ok(()),
            Value::BulkString(stored) => Err(StoreError(format!(
                "the data in Redis have {} partitions, but {configured} are configured; use that number, or another \
                 prefix",
                String::from_utf8_lossy(&stored)
            ))),
            _ => Err(Fault::malformed("the number of partitions").into()),
        }
    }
}

/// Adds the address of a server to what it has refused.
fn refused(address: &Address, error: impl Into<StoreError>) -> StoreError {
    StoreError(format!("Redis at {address}: {}", error.into()))
}

fn parse_generation(reply: Value) -> Result<u64, Fault> {
    match reply {
        Value::BulkString(digits) => std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok()),
        Value::ServerError(error) => return Err(Fault::from_server(&error)),
        _ => None,
    }
    .ok_or_else(|| Fault::malformed("the generation"))
}

fn is_no_script(reply: &Value) -> bool {
    matches!(reply, Value::ServerError(error) if error.code() == "NOSCRIPT")
}
