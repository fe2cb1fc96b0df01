//! A page whose part for `yodel.v1` cannot be downloaded, as after a deployment of another build.

use std::fs;

use support::browser::DisplaySettings;
use support::{Browser, Page, Yodel, apply, each_browser};

use crate::service_worker::bundle;

#[apply(each_browser)]
async fn a_part_that_cannot_be_downloaded_is_named_and_tried_again(browser: &Browser) {
    let folder = bundle("Yodel");
    let aside = tempfile::tempdir().expect("temporary folder");
    let files = fs::read_dir(folder.path()).expect("folder is readable");
    let part = files.map(|file| file.expect("file is readable").path()).find(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.starts_with("envelope-")
    });
    let part = part.expect("a part for yodel.v1");
    let kept = aside.path().join("part");
    fs::copy(&part, &kept).expect("file can be copied");
    fs::remove_file(&part).expect("file can be removed");

    let yodel = Yodel::serve(&["--dist", folder.path().to_str().expect("path is UTF-8")]).await;
    let page = Page::open_in(browser.own_window(DisplaySettings::default()).await, &yodel.url).await;
    let reason = "yodel.v1 could not be downloaded; reload the page";
    page.wait_until("the reason", |snapshot| snapshot.rows.iter().any(|row| row.text.contains(reason))).await;
    fs::copy(&kept, &part).expect("file can be copied");
    page.wait_for_state("Connected").await;
}
