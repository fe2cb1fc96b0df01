//! Colors of the rows: the tutorials' backgrounds with readable text (WCAG AAA contrast).

use serde_json::json;
use support::browser::{Browser, DisplaySettings};
use support::{Page, Yodel, any_browser, apply};

/// Returns text and background color of a row of each kind.
const COLORS: &str = "
    const colors = (kind) => {
        const row = document.querySelector('.list-group-item-' + kind);
        return row ? [getComputedStyle(row).color, getComputedStyle(row).backgroundColor] : null;
    };
    return ['info', 'success', 'warning', 'danger'].map(colors);
";

#[apply(any_browser)]
async fn row_colors_match_the_tutorials_with_aaa_contrast(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("hello").await;
    page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
    yodel.kill().await;
    page.wait_until("a row of each kind", |snapshot| snapshot.texts("danger").len() == 1).await;
    let light = [("1b4b66", "d9edf7"), ("24512a", "dff0d8"), ("5f4a1f", "fcf8e3"), ("7d2a28", "f2dede")];
    let dark = [("a9d6ee", "12303f"), ("b2dcb0", "16321a"), ("ecd79a", "37300f"), ("f0b3b1", "3d1716")];
    for (is_dark, expected) in [(false, light), (true, dark)] {
        page.window.apply_display(DisplaySettings { dark: is_dark, ..DisplaySettings::default() }).await;
        let colors = page.window.script(COLORS, Vec::new()).await;
        assert_eq!(colors, json!(expected.map(|(ink, paper)| [rgb(ink), rgb(paper)])), "dark: {is_dark}");
        for (ink, paper) in expected {
            assert!(contrast(ink, paper) >= 7.0, "{ink} on {paper}: {}", contrast(ink, paper));
        }
    }
    page.finish().await;
}

fn components(hex: &str) -> [u8; 3] {
    [0, 2, 4].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits"))
}

/// Formats a color as browsers report it.
fn rgb(hex: &str) -> String {
    let [red, green, blue] = components(hex);
    format!("rgb({red}, {green}, {blue})")
}

/// Returns the contrast ratio as defined in WCAG 2.2.
fn contrast(ink: &str, paper: &str) -> f64 {
    let [ink, paper] = [ink, paper].map(luminance);
    (ink.max(paper) + 0.05) / (ink.min(paper) + 0.05)
}

fn luminance(hex: &str) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = components(hex).map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
