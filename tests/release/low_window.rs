//! The page in a low window, as at a zoom of 200 %.

use support::browser::{Browser, DisplaySettings};
use support::{Page, Yodel, apply, each_browser};

/// Returns the number of rows that are entirely visible.
const VISIBLE_ROWS: &str = "
    const list = document.querySelector('#list').getBoundingClientRect();
    const isVisible = (row) => {
        const { top, bottom, left } = row.getBoundingClientRect();
        const at = (y) => row.contains(document.elementFromPoint(left + 5, y));
        return top >= list.top && bottom <= list.bottom && at(top + 1) && at(bottom - 1);
    };
    return [...document.querySelectorAll('#divShow > li')].filter(isVisible).length;
";

#[apply(each_browser)]
async fn five_rows_are_visible_beside_the_tools_at_200_percent(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    for number in 0..10 {
        page.submit(&number.to_string()).await;
    }
    page.wait_for_last_row("warning:  > 9").await;
    page.window.apply_display(DisplaySettings { zoom: 2, ..DisplaySettings::default() }).await;
    page.open_tools().await;
    let rows = page.window.script(VISIBLE_ROWS, Vec::new()).await;
    assert!(rows.as_u64().is_some_and(|rows| rows >= 5), "{rows:?} rows");
    page.finish().await;
}
