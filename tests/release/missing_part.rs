//! A page with a part that cannot be downloaded, as after a deployment of another build.

use std::fs;
use std::path::{Path, PathBuf};

use support::browser::DisplaySettings;
use support::{Browser, Page, Yodel, apply, each_browser};
use tempfile::TempDir;

use crate::service_worker::bundle;

/// A part of the page that was moved out of its bundle.
pub(crate) struct MovedPart {
    part: PathBuf,
    aside: TempDir,
}

impl MovedPart {
    /// Moves the part whose name begins with this text.
    pub(crate) fn take(bundle: &Path, name: &str) -> Self {
        let files = fs::read_dir(bundle).expect("folder is readable");
        let mut files = files.map(|file| file.expect("file is readable").path());
        let is_part = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
        let part = files.find(is_part).unwrap_or_else(|| panic!("no part {name}"));
        let moved = Self { part, aside: tempfile::tempdir().expect("temporary folder") };
        fs::copy(&moved.part, moved.kept()).expect("file can be copied");
        fs::remove_file(&moved.part).expect("file can be removed");
        moved
    }

    /// Copies the part back.
    pub(crate) fn put_back(&self) {
        fs::copy(self.kept(), &self.part).expect("file can be copied");
    }

    fn kept(&self) -> PathBuf {
        self.aside.path().join("part")
    }
}

#[apply(each_browser)]
async fn a_part_that_cannot_be_downloaded_is_named_and_tried_again(browser: &Browser) {
    let folder = bundle("Yodel");
    let part = MovedPart::take(folder.path(), "envelope-");

    let yodel = Yodel::serve(&["--dist", folder.path().to_str().expect("path is UTF-8")]).await;
    let page = Page::open_in(browser.own_window(DisplaySettings::default()).await, &yodel.url).await;
    let reason = "yodel.v1 could not be downloaded; reload the page";
    page.wait_until("the reason", |snapshot| snapshot.rows.iter().any(|row| row.text.contains(reason))).await;
    part.put_back();
    page.wait_for_state("Connected").await;
}
