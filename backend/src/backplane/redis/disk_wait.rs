//! Waits until the writes of a server are on its disk.
//!
//! With `appendfsync everysec` a server answers before a write is on the disk, and `WAITAOF` waits for it. The command
//! blocks its connection, so it gets one of its own, which is kept for the next time. It only delays acknowledgments: the
//! nodes have received the messages before, so a restart of such a server raises the generations nevertheless.

use std::time::Duration;

use ::redis::{Pipeline, Value, cmd};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::backplane::shared::store::Partition;

use super::address::Address;
use super::context::RedisContext;
use super::facts::ServerFacts;
use super::fault::Fault;
use super::operation::Operation;
use super::publish::millis;
use super::session::RedisSession;

/// Lifetime of the key that each wait writes.
const KEY_LIFETIME: Duration = Duration::from_secs(60);

/// Connections for waits, at most one for each partition that publishes.
#[derive(Default)]
pub(super) struct DiskWait {
    idle: Mutex<Vec<RedisSession>>,
}

impl DiskWait {
    /// Waits until all earlier writes to a server are on its disk, for three quarters of the deadline of an operation. Dropping
    /// the future closes its connection.
    ///
    /// # Errors
    /// Returns an error if they are not, or if the process of the server is not the one with this identifier.
    pub async fn wait(
        &self,
        context: &RedisContext,
        address: &Address,
        run_id: &str,
        partition: Partition,
    ) -> Result<(), Fault> {
        let started = Instant::now();
        let waited = self.try_wait(context, address, run_id, partition).await;
        context.metrics.add_operation(Operation::DiskWait, started.elapsed(), waited.is_ok());
        waited
    }

    async fn try_wait(
        &self,
        context: &RedisContext,
        address: &Address,
        run_id: &str,
        partition: Partition,
    ) -> Result<(), Fault> {
        let kept = self.idle.lock().pop().filter(|session| !session.is_closed());
        let session = match kept {
            Some(session) => session,
            None => open(context, address, run_id).await?,
        };
        let mut commands = Pipeline::with_capacity(2);
        // The server waits for the writes of the connection itself, which come after those that it is about.
        let key = context.keys.disk_wait(partition);
        commands.add_command(cmd("SET").arg(key).arg(1).arg("PX").arg(millis(KEY_LIFETIME)).take());
        let limit = context.config.deadline * 3 / 4;
        commands.add_command(cmd("WAITAOF").arg(1).arg(0).arg(millis(limit)).take());
        let replies = session.pipeline(&commands).await?;
        for reply in &replies {
            if let Value::ServerError(error) = reply {
                return Err(Fault::from_server(error));
            }
        }
        self.idle.lock().push(session);
        // It answers after the time as well, with the number of disks that have the writes.
        match replies.last() {
            Some(Value::Array(counts)) if matches!(counts.first(), Some(Value::Int(1..))) => Ok(()),
            Some(Value::Array(_)) => Err(Fault::Unavailable(format!("the message is not on the disk after {limit:?}"))),
            _ => Err(Fault::malformed("WAITAOF")),
        }
    }
}

async fn open(context: &RedisContext, address: &Address, run_id: &str) -> Result<RedisSession, Fault> {
    let session = context.dialer.data_session(address).await.map_err(|error| Fault::Closed(error.0))?;
    if ServerFacts::read(&session).await?.run_id != run_id {
        return Err(Fault::Closed("the server has restarted".into()));
    }
    Ok(session)
}
