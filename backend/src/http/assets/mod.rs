//! The page: files of the bundle in the smallest encoding that the browser accepts, with headers for caching and
//! security.

mod encoding;
mod file;
mod policy;
mod source;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use encoding::Encoding;
use file::File;
pub use source::Assets;

/// Trunk puts a hash of the content into the name, so the content never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Cached, but revalidated on each use.
const REVALIDATE: &str = "no-cache";

/// Serves a file of the bundle.
pub async fn serve(State(assets): State<Option<Assets>>, request: Request) -> Response {
    if let Some(response) = find(assets.as_ref(), request.uri().path(), request.headers()).await {
        return response;
    }
    let text = match (&assets, request.uri().path()) {
        (None, "/") => "This server has no page: build it with `make build`, or pass --dist.\n",
        _ => "This path does not exist. The page is at /, its WebSocket endpoint at /ws.\n",
    };
    (StatusCode::NOT_FOUND, text).into_response()
}

/// Returns the file at a path in an encoding that the browser accepts; `None` if there is no such file.
pub async fn find(assets: Option<&Assets>, path: &str, request: &HeaderMap) -> Option<Response> {
    let assets = assets?;
    let name = file_name(path)?;
    let (kind, cached) = (content_type(name), if is_hashed(name) { IMMUTABLE } else { REVALIDATE });
    let (encoding, file) = smallest(assets, name, request).await?;

    let tag = if cached == REVALIDATE { file.tag() } else { None };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if kind.starts_with("text/html") {
        headers.insert(header::CONTENT_SECURITY_POLICY, assets.file(name).await?.policy()?.clone());
    }
    if let Some(tag) = tag {
        headers.insert(header::ETAG, tag.clone());
        if is_known(request, tag) {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(token) = encoding.token() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
    }
    Some((headers, Body::from(file.content())).into_response())
}

/// Returns the file in the first accepted encoding that the bundle has.
async fn smallest(assets: &Assets, name: &str, request: &HeaderMap) -> Option<(Encoding, Arc<File>)> {
    for encoding in encoding::accepted(request) {
        let file = match encoding.suffix() {
            "" => assets.file(name).await,
            suffix => assets.file(&format!("{name}{suffix}")).await,
        };
        if let Some(file) = file {
            return Some((encoding, file));
        }
    }
    None
}

/// Returns the name of a file in the bundle; `None` for an invalid path, or one outside the bundle.
fn file_name(path: &str) -> Option<&str> {
    if path == "/" {
        return Some("index.html");
    }
    let name = path.strip_prefix('/')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    let inside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    (inside && name.bytes().all(plain)).then_some(name)
}

/// Returns whether a part of the name is Trunk's hash of 15 or 16 hexadecimal digits.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '.', '_'])
        .any(|part| (15..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let values = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || tag == known.trim_start_matches("W/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_paths_outside_the_bundle() {
        assert_eq!(file_name("/"), Some("index.html"));
        assert_eq!(file_name("/frontend-1a2b.js"), Some("frontend-1a2b.js"));
        for outside in ["/../Cargo.toml", "/a/../../b", "//etc/passwd", "/.git/config", "/%2e%2e/x", "/a\\b", "*"] {
            assert_eq!(file_name(outside), None, "{outside}");
        }
    }

    #[test]
    fn marks_only_hashed_names_immutable() {
        assert!(is_hashed("frontend-f0e1d2c3b4a59687_bg.wasm"));
        assert!(is_hashed("style-6fbeaadf5a3ac9d.css"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("manifest.webmanifest"));
    }

    #[test]
    fn matches_an_entity_tag_in_a_list_and_if_weak() {
        let file = File::new("page".into());
        let tag = file.tag().unwrap();
        let text = tag.to_str().unwrap();
        for (sent, known) in [
            (text.to_owned(), true),
            (format!("\"other\", W/{text}"), true),
            ("*".to_owned(), true),
            ("\"other\"".to_owned(), false),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::IF_NONE_MATCH, HeaderValue::try_from(&sent).unwrap());
            assert_eq!(is_known(&request, tag), known, "{sent}");
        }
    }
}
