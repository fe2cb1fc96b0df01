//! Working on rows: copying, sending again, editing, pinning, notes, comparing.
//!
//! | content | file |
//! |---|---|
//! | the actions | [`row_actions`], [`copy_save`] |
//! | their state | [`row_state`], [`draft_stack`] |
//! | content of a row | [`content`] |
//! | what Tools adds to a row | [`decoration`](mod@decoration) |
//! | pinned rows above the list | [`pinned_bar`](mod@pinned_bar) |
//! | replaced drafts | [`restore_draft`](mod@restore_draft) |

pub mod content;
pub mod copy_save;
mod decoration;
mod draft_stack;
mod pinned_bar;
mod restore_draft;
pub mod row_actions;
mod row_state;

pub use decoration::{compare_label, decorate, pin_label};
pub use pinned_bar::pinned_bar;
pub use restore_draft::restore_draft;
pub use row_actions::RowActions;
pub use row_state::RowState;
