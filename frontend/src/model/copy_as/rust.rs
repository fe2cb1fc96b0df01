//! Rust with the crate `tokio-tungstenite`.

use super::{ConnectionFacts, LeftOut, Step, literal::quote, step::Frame};

const BEGIN: &str = "\
// cargo add tokio --features macros,rt-multi-thread
// cargo add futures-util tokio-tungstenite --features tokio-tungstenite/rustls-tls-native-roots
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
";
const TOKEN: &str = r#"    let token = format!("Bearer {}", std::env::var("TOKEN")?);
    request.headers_mut().insert("Authorization", token.parse()?);
"#;
const END: &str = r#"    while let Some(message) = socket.next().await {
        println!("{}", message?);
    }
    Ok(())
}
"#;

/// Returns the program.
#[allow(clippy::unnecessary_wraps)] // All tools have this signature.
pub fn program(connection: &ConnectionFacts, step: &Step) -> Result<String, LeftOut> {
    let offered = quote(&connection.offered().join(", "));
    let message = step.frame(connection).map(|frame| match frame {
        Frame::Text(text) => ["Message::text(", &quote(&text), ")"].concat(),
        Frame::Binary(bytes) => {
            let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
            ["Message::binary(vec![", &bytes.join(", "), "])"].concat()
        }
    });
    let changes_request = connection.has_token || offered.len() > 2;
    // A program without a message needs no sink.
    let mut program = if message.is_some() {
        BEGIN.to_owned()
    } else {
        BEGIN.replace("{SinkExt, StreamExt}", "StreamExt").replace("{Message, client", "{client")
    };
    let mutable = if changes_request { "mut " } else { "" };
    program += &["    let ", mutable, "request = ", &quote(&connection.url), ".into_client_request()?;\n"].concat();
    if offered.len() > 2 {
        program +=
            &["    request.headers_mut().insert(\"Sec-WebSocket-Protocol\", ", &offered, ".parse()?);\n"].concat();
    }
    if connection.has_token {
        program += TOKEN;
    }
    program += "    let (mut socket, _) = connect_async(request).await?;\n";
    if let Some(message) = message {
        program += &["    socket.send(", &message, ").await?;\n"].concat();
    }
    Ok(program + END)
}
