//! The page in a low window, as at a zoom of 200 %.

use support::browser::{Browser, DisplaySettings};
use support::page::POLL_INTERVAL;
use support::{Page, Yodel, apply, each_browser, with_timeout};

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
    for language in ["en", "zh-CN"] {
        let display = DisplaySettings { zoom: 2, language, ..DisplaySettings::default() };
        let page = Page::open_in(browser.window(display).await, &yodel.url).await;
        page.window.apply_display(display).await;
        page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
        for number in 0..10 {
            page.submit(&number.to_string()).await;
        }
        page.wait_for_last_row("warning:  > 9").await;
        page.open_tools().await;
        with_timeout("five visible rows", async {
            while page.window.script(VISIBLE_ROWS, Vec::new()).await.as_u64().is_none_or(|rows| rows < 5) {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await;
        assert_eq!(page.clipped_controls().await, [""; 0], "{language}");
        page.finish().await;
    }
}
