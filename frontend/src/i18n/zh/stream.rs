//! Chinese strings of event streams.

use crate::i18n::strings::stream::StreamStrings;

pub(in crate::i18n) const STRINGS: StreamStrings = StreamStrings {
    event_names: "事件名称（以逗号分隔）",
    event_names_hint: "浏览器仅向已登记名称的页面传递命名事件；未命名的事件始终会收到。",
    headers: "浏览器无法为事件流设置请求头。请使用 Cookie，或使用 curl -N -H。",
    invalid_event_name: "事件名称“{name}”无效：最多 {max} 字节，且不能包含控制字符。",
    too_many_event_names: "事件名称过多（上限 {max} 个）。",
    checking: "正在检查服务器…",
    mixed_content: "混合内容：此页面通过 HTTPS 加载，浏览器会阻止 http://。请使用 https://。",
    server_down: "服务器无响应。请检查地址和端口、服务器是否正在运行，以及证书是否有效（https://）。",
    missing_cors: "服务器有响应，但缺少 CORS 标头：不允许来源为 {origin} 的页面。服务器需要发送 Access-Control-Allow-Origin 标头。",
    web_socket: "此路径接受 WebSocket 连接。请使用 ws:// 或 wss://。",
    status: "服务器返回状态码 {status}，而不是事件流。请检查地址中的路径。",
    no_content_type: "响应没有内容类型。事件流的内容类型为 text/event-stream。",
    content_type: "服务器返回的内容类型是 {type}，而不是 text/event-stream。此地址不是事件流。",
    interrupted: "服务器会返回事件流，但连接已中断：可能被代理关闭，或由服务器结束。",
};
