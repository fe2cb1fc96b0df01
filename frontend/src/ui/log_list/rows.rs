//! The rows in the document: one view per slot, in the order of the slots.
//!
//! Replaces the keyed list of Leptos, whose general comparison of lists is 3 % of the first download: slots are added
//! and removed, but never change their order.

use super::{
    list::List,
    row::{RowContext, row_view},
    row_pool::Slot,
};
use crate::{
    reactive::ErasedValue,
    reactive::view::{DynamicView, dynamic_view},
};
use leptos::{
    prelude::*,
    reactive::owner::Owner,
    tachys::view::{Mountable, Render, any_view::AnyViewState},
};
use web_sys::Element;

/// View of a slot in the document.
struct RenderedRow {
    /// Number of the slot.
    number: u64,
    /// Owner of the effects of the view.
    owner: Owner,
    view: AnyViewState,
}

/// Renders the visible rows into the element of the list. The returned view itself is empty.
pub fn rows(list: List) -> DynamicView {
    let cx = RowContext::from_context();
    let (owner, shown) = (Owner::current().unwrap_or_default(), ErasedValue::new(Vec::new()));
    dynamic_view(move || {
        let slots = list.visible_slots();
        if let Some(parent) = list.rows.get() {
            untrack(|| shown.update_value(|shown| show(shown, &slots, &parent, &owner, cx)));
        }
        None
    })
}

/// Removes the views of slots that are gone, and adds views for the new ones.
fn show(shown: &mut Vec<RenderedRow>, slots: &[Slot], parent: &Element, owner: &Owner, cx: RowContext) {
    shown.retain_mut(|row| {
        let stays = slots.iter().any(|slot| slot.number == row.number);
        if !stays {
            row.owner.cleanup();
            row.view.unmount();
        }
        stays
    });
    for (index, slot) in slots.iter().enumerate() {
        if shown.get(index).is_none_or(|row| row.number != slot.number) {
            let owner = owner.child();
            let view = owner.with(|| row_view(cx, slot.row.clone()).build());
            let mut row = RenderedRow { number: slot.number, owner, view };
            let placed = shown.get(index).is_some_and(|next| next.view.insert_before_this(&mut row.view));
            if !placed {
                row.view.mount(parent, None);
            }
            shown.insert(index, row);
        }
    }
}
