//! Invariants of the page: layers, and the split between the first screen and the panels.

use crate::rule::{Check, Rule, forbid};

/// Entry module of the code that is downloaded on demand. Items that it re-exports count as its own.
pub const LAZY_ENTRY: &str = "ui::shell::lazy";

/// Entry module of the decoders, which are downloaded when a message is first decoded.
const DECODERS_ENTRY: &str = "ui::panels::inspector::lazy";

/// Rules for the page.
pub const RULES: &[Rule] = &[
    Rule {
        name: "page-layers",
        sentence: "a folder of the page imports from lower layers only",
        crates: &["frontend"],
        check: Check::Layers(&[
            ("i18n", 0),
            ("platform", 0),
            ("reactive", 0),
            ("model", 1),
            ("state", 2),
            ("transport", 3),
            ("ui", 4),
            ("app", 5),
            ("lib", 6),
        ]),
    },
    Rule {
        name: "ui-transport",
        sentence: "views never touch the transport or a WebSocket",
        crates: &["frontend"],
        check: forbid("ui", &[], &["crate::transport", "web_sys::WebSocket"]),
    },
    Rule {
        name: "model-pure",
        sentence: "the model has no Leptos and no browser",
        crates: &["frontend"],
        check: forbid(
            "model",
            &[],
            &["gloo_timers", "js_sys", "leptos", "wasm_bindgen", "wasm_bindgen_futures", "web_sys"],
        ),
    },
    Rule {
        name: "shell-panels",
        sentence: "the first screen reaches the panels through the lazy entry module only",
        crates: &["frontend"],
        check: forbid("", &["ui::panels", LAZY_ENTRY], &["crate::ui::panels"]),
    },
    Rule {
        name: "panels-decoders",
        sentence: "the page reaches the decoders through their lazy entry module only",
        crates: &["frontend"],
        check: forbid("", &["model::decode", DECODERS_ENTRY], &["crate::model::decode"]),
    },
];
