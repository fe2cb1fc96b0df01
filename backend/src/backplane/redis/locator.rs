//! Finds the address of a server.

use std::sync::Arc;
use std::time::Duration;

use ::redis::{Value, cmd};
use tokio::task::JoinSet;

use crate::backplane::shared::store::StoreError;

use super::address::Address;
use super::context::RedisContext;
use super::credentials::RedisCredentials;
use super::fault::Fault;
use super::reply::ScriptReply;

/// Interval at which the sentinels are asked for the master. A master that is cut off from them does not know that it
/// was replaced.
const SENTINEL_POLL: Duration = Duration::from_secs(5);

/// Finds the address of a server.
#[derive(Clone, Debug)]
pub(super) enum Locator {
    /// An address that never changes.
    Fixed(Address),
    /// The address of the master, as the sentinels report it.
    Sentinel(Arc<Sentinels>),
}

/// Sentinels that watch a master.
#[derive(Debug)]
pub(super) struct Sentinels {
    pub addresses: Vec<Address>,
    pub master: String,
    pub credentials: RedisCredentials,
}

impl Locator {
    /// Returns a name for the log and the metrics.
    pub fn name(&self) -> String {
        match self {
            Self::Fixed(address) => address.to_string(),
            Self::Sentinel(sentinels) => sentinels.master.clone(),
        }
    }

    /// Finds the address of the server.
    pub async fn locate(&self, context: &Arc<RedisContext>) -> Result<Address, StoreError> {
        match self {
            Self::Fixed(address) => Ok(address.clone()),
            Self::Sentinel(sentinels) => ask_all(context, sentinels).await,
        }
    }

    /// Waits until the server has another address than `current`.
    pub async fn moved(&self, context: &Arc<RedisContext>, current: &Address) {
        loop {
            match self {
                Self::Fixed(_) => std::future::pending().await,
                Self::Sentinel(sentinels) => {
                    tokio::time::sleep(SENTINEL_POLL).await;
                    if ask_all(context, sentinels).await.is_ok_and(|address| address != *current) {
                        return;
                    }
                }
            }
        }
    }
}

/// Returns the address that most sentinels know: a single one that was cut off may know an old master.
async fn ask_all(context: &Arc<RedisContext>, sentinels: &Arc<Sentinels>) -> Result<Address, StoreError> {
    let mut questions = JoinSet::new();
    for index in 0..sentinels.addresses.len() {
        let (context, sentinels) = (Arc::clone(context), Arc::clone(sentinels));
        questions.spawn(async move { ask(&context, &sentinels, index).await });
    }
    let mut answers: Vec<(Address, usize)> = Vec::new();
    let mut failure = StoreError("there are no sentinels".into());
    let majority = sentinels.addresses.len() / 2 + 1;
    while let Some(answer) = questions.join_next().await {
        match answer {
            Ok(Ok(address)) => {
                let count = count(&mut answers, address);
                if count >= majority {
                    break;
                }
            }
            Ok(Err(error)) => failure = error,
            Err(error) => failure = StoreError(error.to_string()),
        }
    }
    answers.into_iter().max_by_key(|(_, count)| *count).map(|(address, _)| address).ok_or(failure)
}

fn count(answers: &mut Vec<(Address, usize)>, address: Address) -> usize {
    if let Some((_, count)) = answers.iter_mut().find(|(known, _)| *known == address) {
        *count += 1;
        return *count;
    }
    answers.push((address, 1));
    1
}

async fn ask(context: &RedisContext, sentinels: &Sentinels, index: usize) -> Result<Address, StoreError> {
    let Some(address) = sentinels.addresses.get(index) else {
        return Err(StoreError("there is no such sentinel".into()));
    };
    let session = context.dialer.session(address, &sentinels.credentials, 0).await?;
    let question = cmd("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(&sentinels.master).take();
    let answer = tokio::time::timeout(context.config.deadline, session.command(&question))
        .await
        .map_err(|_| StoreError(format!("sentinel {address} does not answer")))?;
    match answer? {
        Value::Nil => Err(StoreError(format!("sentinel {address} does not know a master named {}", sentinels.master))),
        answer => parse_address(answer).map_err(StoreError::from),
    }
}

fn parse_address(answer: Value) -> Result<Address, Fault> {
    let mut answer = ScriptReply::of_list(answer)?;
    let host = answer.text()?;
    let port = u16::try_from(answer.number()?).map_err(|_| Fault::malformed("a port"))?;
    Ok(Address::new(host, port))
}
