//! The HTTP request for a message.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde::Serialize;
use yodel_protocol::frame::Target;
use yodel_protocol::{EventName, IdempotencyKey, Json, RoomName};

use super::error::PublishError;
use super::options::PublishFlags;

/// Largest message read from standard input, in bytes.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// An HTTP POST request.
#[derive(Debug, PartialEq, Eq)]
pub struct PublishRequest {
    /// Path on the server.
    pub path: &'static str,
    /// JSON body.
    pub body: String,
    /// API key or token; never logged.
    pub credentials: Option<String>,
}

#[derive(Serialize)]
struct RequestBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'a RoomName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Target>,
    event: &'a EventName,
    data: Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a IdempotencyKey>,
}

impl PublishRequest {
    /// Creates the request from the flags; with the argument `-`, reads the message from `input`.
    ///
    /// # Errors
    /// Returns an error if a file or the input cannot be read, or if the message is not valid JSON.
    pub fn new(options: &PublishFlags, input: &mut impl Read) -> Result<Self, PublishError> {
        let to_user = options.user.clone().map(Target::User);
        let to = to_user.or_else(|| options.client.clone().map(Target::Client));
        let path = match (&options.room, &to) {
            (Some(_), _) => "/api/publish",
            (None, Some(_)) => "/api/send",
            (None, None) => "/api/broadcast",
        };
        let data = data(options, input)?;
        let body =
            RequestBody { room: options.room.as_ref(), to, event: &options.event, data, key: options.key.as_ref() };
        let body = serde_json::to_string(&body).expect("a body with string keys serializes");
        let file = options.api_key_file.as_deref().or(options.token_file.as_deref());
        Ok(Self { path, body, credentials: file.map(credentials).transpose()? })
    }
}

fn data(options: &PublishFlags, input: &mut impl Read) -> Result<Json, PublishError> {
    if let Some(text) = &options.text {
        return Ok(Json::string(text));
    }
    let json = if let Some(data) = &options.data {
        data.clone()
    } else {
        // The flags require a message, so there is one in the input.
        let mut text = String::new();
        input.take(MAX_INPUT).read_to_string(&mut text).map_err(PublishError::Input)?;
        text
    };
    Json::parse(json.trim()).map_err(PublishError::InvalidJson)
}

/// Returns the first line of the file that is neither empty nor a comment: a file of keys has one per line.
fn credentials(file: &Path) -> Result<String, PublishError> {
    let text = fs::read_to_string(file).map_err(|error| PublishError::File(file.to_owned(), error))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let usable = line.filter(|line| line.bytes().all(|byte| byte.is_ascii_graphic()));
    usable.map(str::to_owned).ok_or_else(|| PublishError::NoCredentials(file.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::empty;

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct PublishArguments {
        #[command(flatten)]
        publish: PublishFlags,
    }

    fn flags(line: &[&str]) -> Result<PublishFlags, clap::Error> {
        PublishArguments::try_parse_from(["publish"].iter().chain(line)).map(|flags| flags.publish)
    }

    fn request(line: &[&str]) -> (&'static str, String) {
        let request = PublishRequest::new(&flags(line).expect("valid flags"), &mut &b" {\"b\":1.0} \n"[..]);
        let PublishRequest { path, body, .. } = request.expect("a valid message");
        (path, body)
    }

    #[test]
    fn selects_the_path_by_the_recipient() {
        for (line, path, body) in [
            (&["--room=chat", "--text=hi"][..], "/api/publish", r#"{"room":"chat","event":"text","data":"hi"}"#),
            (
                &["--room=chat", "--event=e", "--data=[1.0]", "--key=k"],
                "/api/publish",
                r#"{"room":"chat","event":"e","data":[1.0],"key":"k"}"#,
            ),
            (&["--user=42", "--data=null"], "/api/send", r#"{"to":{"user":"42"},"event":"text","data":null}"#),
            (&["--client=c_x", "-"], "/api/send", r#"{"to":{"client":"c_x"},"event":"text","data":{"b":1.0}}"#),
            (&["--everyone", "--text="], "/api/broadcast", r#"{"event":"text","data":""}"#),
        ] {
            assert_eq!(request(line), (path, body.to_owned()));
        }
    }

    #[test]
    fn rejects_conflicting_flags() {
        for invalid in [
            &["--text=hi"][..],
            &["--room=a"],
            &["--user=a"],
            &["--everyone"],
            &["--room=a", "--everyone", "--text=a"],
            &["--user=a", "--client=b", "--text=a"],
            &["--room=a", "--text=a", "--data=1"],
            &["--room=a", "--text=a", "-"],
            &["--room=a", "--text=a", "--api-key-file=a", "--token-file=b"],
            &["--everyone", "--text=a", "--key=k"],
            &["--room=", "--text=a"],
            &["--room=a", "--text=a", "--url=ws://a"],
            &["--room=a", "--text=a", "--insecure", "--cacert=a"],
        ] {
            assert!(flags(invalid).is_err(), "{invalid:?}");
        }
        let invalid_json = PublishRequest::new(&flags(&["--room=a", "--data={"]).expect("valid flags"), &mut empty());
        assert!(matches!(invalid_json, Err(PublishError::InvalidJson(_))));
    }
}
