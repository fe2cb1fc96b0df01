//! What may keep people out: what axe finds in the page, what goes over its edges, what moves.

use serde::Deserialize;

use crate::page::Page;
use crate::yodel::root;

/// Runs axe, and also the one rule of WCAG 2.2 that it leaves out unless asked.
const RUN: &str = "
    const brief = ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) });
    const rules = { 'target-size': { enabled: true } };
    return axe.run({ rules, resultTypes: ['violations'] }).then(({ violations }) => violations.map(brief));
";

/// Controls that are outside the page, under something else, or too small for their words, and a message field
/// that has less than half of the page. Words that end in an ellipsis, and what lies in the list, which scrolls,
/// may be so; what lies in another place that scrolls is scrolled to first. Below a dialog there is nothing to
/// reach.
const CUT: &str = "
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
    const controls = [...page.querySelectorAll('button, input, select, textarea, summary, .word, .counts, .notice')];
    const seen = controls.filter((element) => !element.closest('#divShow') && element.offsetParent
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
    const found = seen.flatMap((one) => {
        reveal(one);
        return Object.entries(faults).filter(([, is]) => is(one)).map(([fault]) => `${fault}: ${name(one)}`);
    });
    places.forEach((place) => place.matches('.body') && place.scrollTo(0, 0));
    return [...sideways, ...down, ...wide, ...found];
";

/// What moves or fades at this moment.
const MOVING: &str = "return document.getAnimations().map(({ effect }) => effect.target.className)";

/// What axe has found.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct Violation {
    /// The name of the rule.
    pub id: String,
    /// How bad it is.
    pub impact: String,
    /// The HTML of each element that breaks it.
    pub nodes: Vec<String>,
}

impl Page {
    /// What axe finds now.
    pub async fn axe(&self) -> Vec<Violation> {
        let path = root().join(".tools/lib/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path).expect("there is no axe: run `make tools` first");
        self.asked(&format!("{axe}{RUN}")).await
    }

    /// The controls that cannot be seen whole.
    pub async fn cut(&self) -> Vec<String> {
        self.asked(CUT).await
    }

    /// What moves.
    pub async fn moving(&self) -> Vec<String> {
        self.asked(MOVING).await
    }

    async fn asked<T: for<'a> Deserialize<'a>>(&self, script: &str) -> T {
        serde_json::from_value(self.window.script(script, Vec::new()).await).expect("the script returns this")
    }
}
