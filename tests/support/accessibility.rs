//! Accessibility checks of the page: axe, clipped controls and running animations.

use serde::Deserialize;

use crate::page::Page;
use crate::yodel::root;

/// Returns whether the page has axe.
const HAS_AXE: &str = "return 'axe' in window";

/// Runs axe with `target-size`, the only WCAG 2.2 rule that is off by default.
const RUN: &str = "
    const brief = ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) });
    const rules = { 'target-size': { enabled: true } };
    return window.axe.run({ rules, resultTypes: ['violations'] }).then(({ violations }) => violations.map(brief));
";

/// Finds controls outside the viewport, covered controls, buttons too small for their text, and a message field
/// narrower than half of the page. Text with an ellipsis and the scrolling message list are exempt. A control in
/// another scrolling element is scrolled into view first. While a modal dialog is open, only its controls count.
const CLIPPED_CONTROLS: &str = "
    const edges = { width: document.documentElement.clientWidth, height: innerHeight };
    const name = (element) => element.id || element.className || element.textContent;
    const outside = (element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return left < -0.5 || top < -0.5 || right > edges.width + 0.5 || bottom > edges.height + 0.5;
    };
    const covered = (element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const upper = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return !element.contains(upper);
    };
    const cramped = (element) => element.matches('button')
        && element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow !== 'ellipsis';
    const narrow = (element) => element.matches('#txtContent') && element.offsetWidth < edges.width / 2;
    const page = document.querySelector('dialog:modal') ?? document;
    const controls = [...page.querySelectorAll('button, input, select, textarea, summary, .state, .counts, .banner')];
    const visible = controls.filter((element) => !element.closest('#divShow') && element.offsetParent
        && element.checkVisibility({ visibilityProperty: true }));
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const sideways = scrollWidth > clientWidth ? ['the page scrolls sideways'] : [];
    const down = scrollHeight > clientHeight ? ['the page scrolls, not the list'] : [];
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowY)
        && element.scrollHeight > element.clientHeight;
    const places = [...document.querySelectorAll('#app *')].filter(scrolls);
    const wide = places.filter((place) => place.scrollWidth > place.clientWidth)
        .map((place) => `sideways: ${name(place)}`);
    const reveal = (element) => places.some((place) => place !== element && place.contains(element))
        && element.scrollIntoView({ block: 'center' });
    const faults = { outside, covered, cramped, narrow };
    const found = visible.flatMap((one) => {
        reveal(one);
        return Object.entries(faults).filter(([, is]) => is(one)).map(([fault]) => `${fault}: ${name(one)}`);
    });
    places.forEach((place) => place.matches('.body') && place.scrollTo(0, 0));
    return [...sideways, ...down, ...wide, ...found];
";

/// Returns the class names of elements with a running animation.
const RUNNING_ANIMATIONS: &str = "return document.getAnimations().map(({ effect }) => effect.target.className)";

/// A violation of an axe rule.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct AccessibilityViolation {
    /// Identifier of the rule.
    pub id: String,
    /// Severity: `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// HTML of each violating element.
    pub nodes: Vec<String>,
}

impl Page {
    /// Runs axe on the page as it is now and returns the violations. Sends axe to the page, unless it was sent since
    /// the page was loaded.
    pub async fn axe(&self) -> Vec<AccessibilityViolation> {
        if !self.evaluate::<bool>(HAS_AXE).await {
            let path = root().join(".tools/lib/node_modules/axe-core/axe.min.js");
            let axe = std::fs::read_to_string(&path).expect("axe is not installed; run `make tools`");
            self.window.script(&axe, Vec::new()).await;
        }
        self.evaluate(RUN).await
    }

    /// Returns the controls that are not fully visible and usable, each as `FAULT: NAME`.
    pub async fn clipped_controls(&self) -> Vec<String> {
        self.evaluate(CLIPPED_CONTROLS).await
    }

    /// Returns the class names of elements that are being animated.
    pub async fn running_animations(&self) -> Vec<String> {
        self.evaluate(RUNNING_ANIMATIONS).await
    }

    async fn evaluate<T: for<'a> Deserialize<'a>>(&self, script: &str) -> T {
        serde_json::from_value(self.window.script(script, Vec::new()).await)
            .expect("script result has the expected shape")
    }
}
