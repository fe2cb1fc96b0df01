//! The button that puts a replaced draft back.

use super::row_actions::RowActions;
use crate::{
    reactive::ErasedMemo,
    reactive::view::{DynamicView, dynamic_view},
    ui::widgets::button,
};
use leptos::prelude::*;

/// Returns the notice about a replaced draft with its button; empty without one.
pub fn restore_draft(actions: RowActions) -> DynamicView {
    let has_draft = ErasedMemo::new(move || actions.state.drafts.with(|drafts| !drafts.is_empty()));
    dynamic_view(move || {
        has_draft.get().then(|| {
            view! {
                <p class="kept-draft" role="status">
                    {actions.label(|strings| strings.draft_kept)}
                    {button("btn-small", actions.label(|strings| strings.restore_draft), move || actions.restore_draft())}
                </p>
            }
            .into_any()
        })
    })
}
