//! Runs operations on the server of their partition.

use std::sync::Arc;

use ::redis::{Pipeline, Value};
use tokio::time::{Instant, timeout};

use crate::backplane::shared::store::{Partition, StoreError};

use super::connection::RedisConnection;
use super::context::RedisContext;
use super::fault::Fault;
use super::operation::Operation;
use super::publish;
use super::reply::is_missing;
use super::router::Router;

/// Runs operations on the server of their partition, with a deadline.
pub(super) struct Executor {
    context: Arc<RedisContext>,
    router: Router,
}

impl Executor {
    pub fn new(context: Arc<RedisContext>, router: Router) -> Self {
        Self { context, router }
    }

    pub fn router(&self) -> &Router {
        &self.router
    }

    /// Runs the scripts of an operation in one round trip, and returns their answers without errors. It is repeated once if
    /// that may help and does no harm.
    pub async fn run(
        &self,
        operation: Operation,
        partition: Partition,
        calls: &Pipeline,
    ) -> Result<Vec<Value>, StoreError> {
        let deadline = self.context.config.deadline;
        let started = Instant::now();
        let mut used = None;
        let outcome = timeout(deadline, self.attempts(operation, partition, calls, &mut used)).await;
        let Ok(result) = outcome else {
            self.context.metrics.add_deadline_miss(operation);
            // A frozen server would keep all later operations until their deadlines.
            if let Some(connection) = used {
                connection.session().close();
            }
            return Err(StoreError(format!("Redis did not answer within {deadline:?}")));
        };
        self.context.metrics.add_operation(operation, started.elapsed(), result.is_ok());
        result.map_err(StoreError::from)
    }

    /// `used` is the connection that has not answered yet.
    async fn attempts(
        &self,
        operation: Operation,
        partition: Partition,
        calls: &Pipeline,
        used: &mut Option<Arc<RedisConnection>>,
    ) -> Result<Vec<Value>, Fault> {
        let mut may_repeat = true;
        loop {
            let fault = match self.attempt(operation, partition, calls, used).await {
                Ok(replies) => return Ok(replies),
                Err(fault) => fault,
            };
            // What follows takes time that is not the fault of this connection.
            let connection = used.take();
            match &fault {
                Fault::Redirected(_) if may_repeat && operation.may_repeat(&fault) => self.router.refresh().await,
                Fault::Redirected(_) => self.context.refresh.notify_one(),
                Fault::NotMaster(_) => connection.iter().for_each(|connection| connection.session().close()),
                _ => {}
            }
            if !may_repeat || !operation.may_repeat(&fault) {
                return Err(fault);
            }
            may_repeat = false;
        }
    }

    async fn attempt(
        &self,
        operation: Operation,
        partition: Partition,
        calls: &Pipeline,
        used: &mut Option<Arc<RedisConnection>>,
    ) -> Result<Vec<Value>, Fault> {
        let no_server = || Fault::Redirected(format!("no server has the slot of partition {partition}"));
        let server = self.router.server(partition).ok_or_else(no_server)?;
        let connection = server
            .link
            .connection(self.context.config.deadline)
            .await
            .map_err(|StoreError(reason)| Fault::Unavailable(reason))?;
        *used = Some(Arc::clone(&connection));
        let keys = &self.context.keys;
        if !connection.has_claimed(partition) {
            connection.claim(keys, &[partition]).await?;
        }
        let mut replies = connection.run(calls).await?;
        for reply in &replies {
            if let Value::ServerError(error) = reply {
                return Err(Fault::from_server(error));
            }
        }
        if operation.waits_for_disk() {
            connection.wait_for_disk(&self.context, partition).await?;
        }
        if replies.iter().any(is_missing) {
            let generation = connection.claim(keys, &[partition]).await?.first().copied().ok_or(Fault::Missing)?;
            if operation != Operation::Publish {
                return Err(Fault::Missing);
            }
            for reply in replies.iter_mut().filter(|reply| is_missing(reply)) {
                *reply = publish::mismatch(generation);
            }
        }
        Ok(replies)
    }
}
