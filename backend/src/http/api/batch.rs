//! `POST /api/batch`: several requests at once.

use std::fmt;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::broadcast::{BroadcastRequest, DeliveryResponse};
use super::disconnect::{DisconnectRequest, DisconnectResponse};
use super::publish::{PublishRequest, PublishResponse};
use super::responses::{CommonErrors, InvalidBody};
use super::send::SendRequest;
use crate::auth::BlockList;
use crate::hooks::handle::Handle;
use crate::http::error::ApiError;
use crate::http::extract::json_object;
use crate::http::state::AppState;

/// Maximum number of requests in a batch.
const MAX_ITEMS: usize = 1000;

/// Maximum size of the body, in messages of the maximum size.
const MAX_BODY_MESSAGES: usize = 16;

/// A request of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchRequest {
    /// Body of `/api/publish`.
    Publish(#[serde(deserialize_with = "json_object::object_only")] PublishRequest),
    /// Body of `/api/broadcast`.
    Broadcast(#[serde(deserialize_with = "json_object::object_only")] BroadcastRequest),
    /// Body of `/api/send`.
    Send(#[serde(deserialize_with = "json_object::object_only")] SendRequest),
    /// Body of `/api/disconnect`.
    Disconnect(#[serde(deserialize_with = "json_object::object_only")] DisconnectRequest),
}

/// Result of one request of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchResult {
    /// Response of `/api/publish`.
    Publish(PublishResponse),
    /// Response of `/api/broadcast`.
    Broadcast(DeliveryResponse),
    /// Response of `/api/send`.
    Send(DeliveryResponse),
    /// Response of `/api/disconnect`.
    Disconnect(DisconnectResponse),
    /// The request failed.
    Problem(ApiError),
}

/// Body of a batch. The requests are parsed one by one, so that an invalid one fails by itself.
pub struct BatchBody {
    items: Vec<Box<RawValue>>,
    /// Maximum size of each request in bytes.
    max_item: usize,
}

impl FromRequest<AppState> for BatchBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let max_item = app.server.config.max_message;
        let max_body = max_item.saturating_mul(MAX_BODY_MESSAGES);
        let text = json_object::text(request, max_body, app.server.config.handshake_timeout).await?;
        match json_object::parse(&text)? {
            BoundedList(Some(items)) => Ok(Self { items, max_item }),
            BoundedList(None) => Err(json_object::too_large(format!("A batch has at most {MAX_ITEMS} requests."))),
        }
    }
}

impl BatchBody {
    /// Runs the requests in order and returns one result for each.
    async fn run(self, handle: &Handle, blocked: &BlockList) -> Vec<BatchResult> {
        let mut outcomes = Vec::with_capacity(self.items.len());
        for item in self.items {
            let outcome = match read(&item, self.max_item) {
                Ok(item) => item.run(handle, blocked).await,
                Err(problem) => Err(problem),
            };
            outcomes.push(outcome.unwrap_or_else(BatchResult::Problem));
        }
        outcomes
    }
}

fn read(item: &RawValue, max_item: usize) -> Result<BatchRequest, ApiError> {
    if item.get().len() > max_item {
        return Err(json_object::too_large(format!("The request has more than {max_item} bytes (--max-message).")));
    }
    json_object::parse(item.get())
}

impl BatchRequest {
    async fn run(self, handle: &Handle, blocked: &BlockList) -> Result<BatchResult, ApiError> {
        Ok(match self {
            Self::Publish(publish) => BatchResult::Publish(publish.run(handle).await?),
            Self::Broadcast(broadcast) => BatchResult::Broadcast(broadcast.run(handle).await),
            Self::Send(send) => BatchResult::Send(send.run(handle)?),
            Self::Disconnect(disconnect) => BatchResult::Disconnect(disconnect.run(handle, blocked)?),
        })
    }
}

/// A list of raw JSON values, or `None` if it has more than [`MAX_ITEMS`]. Excess items are skipped, not stored.
struct BoundedList(Option<Vec<Box<RawValue>>>);

impl<'de> Deserialize<'de> for BoundedList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoundedVisitor;

        impl<'de> Visitor<'de> for BoundedVisitor {
            type Value = BoundedList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of requests")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<BoundedList, A::Error> {
                let mut items = Vec::new();
                while items.len() < MAX_ITEMS {
                    match list.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(BoundedList(Some(items))),
                    }
                }
                let mut more = false;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    more = true;
                }
                Ok(BoundedList((!more).then_some(items)))
            }
        }

        deserializer.deserialize_seq(BoundedVisitor)
    }
}

/// Runs up to 1,000 requests in order.
///
/// The response has one result for each request, in the same order and under the same key, or a `problem`. A failed
/// request does not prevent the following ones. Each request may be as large as a message (`--max-message`), the
/// whole body 16 times as large.
#[utoipa::path(
    post,
    path = "/api/batch",
    tag = "messages",
    request_body(content = Vec<BatchRequest>, description = "The requests, each under the name of its operation."),
    responses((status = 200, description = "One result for each request.", body = Vec<BatchResult>), InvalidBody, CommonErrors)
)]
pub async fn batch(State(app): State<AppState>, items: BatchBody) -> Json<Vec<BatchResult>> {
    Json(items.run(&app.handle(), app.server.auth.blocked()).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Result<Option<usize>, serde_json::Error> {
        serde_json::from_str(text).map(|BoundedList(items)| items.map(|items| items.len()))
    }

    #[test]
    fn accepts_a_list_up_to_the_limit() {
        let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        assert_eq!(length("[]").unwrap(), Some(0));
        assert_eq!(length(&list(MAX_ITEMS)).unwrap(), Some(MAX_ITEMS));
        assert_eq!(length(&list(MAX_ITEMS + 1)).unwrap(), None);
        assert!(length("{}").is_err() && length(&list(MAX_ITEMS + 1)[..2000]).is_err());
    }
}
