//! The profile of a window, and its tab.

/// A profile in a running browser, and its tab. Profiles share neither cookies, storage, caches, service workers,
/// permissions nor connections.
#[derive(Debug)]
pub(crate) struct BrowserContext {
    /// Identifier of the profile in the browser's protocol. `None` is the profile with which the browser was started.
    pub id: Option<String>,
    /// Handle of the tab.
    pub page: String,
}
