//! Advertised features of the binary. Those of the server are in tests/server.

use support::yodel::command;
use support::{Yodel, http, with_timeout};

#[tokio::test]
async fn one_binary_has_terminal_client_load_tool_and_page() {
    let yodel = Yodel::serve(&[]).await;
    let page = http::request(yodel.address(), "GET / HTTP/1.1").await;
    assert!(page.contains("<title>") && page.contains("_bg.wasm"), "{page}");
    let url = format!("ws://{}/ws/echo", yodel.address());
    let load = ["load", "echo", &url, "--json", "--connections=2", "--messages=100"];
    for (arguments, shown) in [(&["connect", &url, "--send", "hello"][..], "hello"), (&load, "\"count\":100")] {
        let output = with_timeout("the command's exit", command(arguments).output()).await.expect("binary can be run");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains(shown), "{text}");
    }
}
