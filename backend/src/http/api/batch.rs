//! Many requests at once.

use std::fmt;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::broadcast::{Broadcast, Delivered};
use super::disconnect::{Disconnect, Disconnected};
use super::publish::{Publish, Published};
use super::responses::{Refusals, Unreadable};
use super::send::Send;
use crate::hooks::handle::Handle;
use crate::http::error::Problem;
use crate::http::extract::json_object;
use crate::http::state::App;

/// How many there may be.
const MOST: usize = 1000;

/// How many of the largest messages fit into one body.
const LARGE_ONES: usize = 16;

/// One of many requests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Item {
    /// As for `/api/publish`.
    Publish(#[serde(deserialize_with = "json_object::only")] Publish),
    /// As for `/api/broadcast`.
    Broadcast(#[serde(deserialize_with = "json_object::only")] Broadcast),
    /// As for `/api/send`.
    Send(#[serde(deserialize_with = "json_object::only")] Send),
    /// As for `/api/disconnect`.
    Disconnect(#[serde(deserialize_with = "json_object::only")] Disconnect),
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is published.
    Publish(Published),
    /// Everybody is told.
    Broadcast(Delivered),
    /// They are told.
    Send(Delivered),
    /// They are being closed.
    Disconnect(Disconnected),
    /// It was not done.
    Problem(Problem),
}

/// Requests, none of them read yet: what is wrong with one is said of that one alone.
pub struct Items {
    items: Vec<Box<RawValue>>,
    /// How long each may be, in bytes.
    longest: usize,
}

impl FromRequest<App> for Items {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let longest = app.shared.config.max_message;
        let text = json_object::text(request, longest.saturating_mul(LARGE_ONES)).await?;
        match json_object::parse(&text)? {
            List(Some(items)) => Ok(Self { items, longest }),
            List(None) => Err(json_object::too_large(format!("A batch has at most {MOST} requests."))),
        }
    }
}

impl Items {
    /// Does them one after the other, and says of each what became of it.
    async fn run(self, handle: &Handle) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(self.items.len());
        for item in self.items {
            let outcome = match read(&item, self.longest) {
                Ok(item) => item.run(handle).await,
                Err(problem) => Err(problem),
            };
            outcomes.push(outcome.unwrap_or_else(Outcome::Problem));
        }
        outcomes
    }
}

fn read(item: &RawValue, longest: usize) -> Result<Item, Problem> {
    if item.get().len() > longest {
        return Err(json_object::too_large(format!("It has more than {longest} bytes: see --max-message.")));
    }
    json_object::parse(item.get())
}

impl Item {
    async fn run(self, handle: &Handle) -> Result<Outcome, Problem> {
        Ok(match self {
            Self::Publish(publish) => Outcome::Publish(publish.run(handle).await?),
            Self::Broadcast(broadcast) => Outcome::Broadcast(broadcast.run(handle).await),
            Self::Send(send) => Outcome::Send(send.run(handle)),
            Self::Disconnect(disconnect) => Outcome::Disconnect(disconnect.run(handle)?),
        })
    }
}

/// A list, or nothing when it is too long: then only so much of it is kept as may be.
struct List(Option<Vec<Box<RawValue>>>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bounded;

        impl<'de> Visitor<'de> for Bounded {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of requests")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List, A::Error> {
                let mut items = Vec::new();
                while items.len() < MOST {
                    match list.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(List(Some(items))),
                    }
                }
                let mut more = false;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    more = true;
                }
                Ok(List((!more).then_some(items)))
            }
        }

        deserializer.deserialize_seq(Bounded)
    }
}

/// Does up to 1,000 requests, one after the other.
///
/// The answer has one entry for each, in the same order and under the same word, or a `problem`: one
/// that fails does not keep those after it from being done. All of them together may have 16 times
/// as many bytes as a message (`--max-message`), each as many as one.
#[utoipa::path(
    post,
    path = "/api/batch",
    tag = "messages",
    request_body(content = Vec<Item>, description = "The requests, each under the word for what it does."),
    responses((status = 200, description = "What became of each.", body = Vec<Outcome>), Unreadable, Refusals)
)]
pub async fn batch(State(app): State<App>, items: Items) -> Json<Vec<Outcome>> {
    Json(items.run(&app.handle()).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Result<Option<usize>, serde_json::Error> {
        serde_json::from_str(text).map(|List(items)| items.map(|items| items.len()))
    }

    #[test]
    fn a_list_is_as_long_as_it_may_be_or_nothing() {
        let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        assert_eq!(length("[]").unwrap(), Some(0));
        assert_eq!(length(&list(MOST)).unwrap(), Some(MOST));
        assert_eq!(length(&list(MOST + 1)).unwrap(), None);
        assert!(length("{}").is_err() && length(&list(MOST + 1)[..2000]).is_err());
    }
}
