//! A thread of the browser that matches regular expressions. Some expressions take hours on a short text, and only a
//! thread can be terminated, not the page.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Blob, MessageEvent, Url};

/// Longest time for one request, in milliseconds. Requests of harmless expressions take a few.
pub const MAX_MS: u32 = 200;
/// Time between two ticks of the deadline, in milliseconds. A computer that is too busy to run the thread delays the
/// ticks as well, so the thread is not ended too early.
const TICK_MS: u32 = 20;

/// The script of the thread. It is embedded, not a file, so that a page that is offline or older than the server has
/// the matching script.
const SCRIPT: &str = include_str!("thread.js");

#[wasm_bindgen]
extern "C" {
    type Worker;

    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<Worker, JsValue>;

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Worker, message: &JsValue);

    #[wasm_bindgen(method)]
    fn terminate(this: &Worker);

    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn set_on_message(this: &Worker, handler: &Function);

    #[wasm_bindgen(method, setter, js_name = onerror)]
    fn set_on_error(this: &Worker, handler: &Function);
}

/// Result of a request.
pub enum Outcome {
    /// The result of each text.
    Done(Array),
    /// The thread was ended after [`MAX_MS`].
    TooSlow,
    /// The browser's message about an error; empty if the browser does not run the thread.
    Failed(String),
}

type OnOutcome = Box<dyn FnOnce(Outcome)>;
/// Handlers of messages and of errors.
type Handlers = [Closure<dyn FnMut(MessageEvent)>; 2];

/// A thread that is started with its first request. A handle: clones refer to the same thread.
#[derive(Clone, Default)]
pub struct Thread(Rc<RefCell<Running>>);

#[derive(Default)]
struct Running {
    worker: Option<(Worker, Handlers)>,
    on_outcome: Option<OnOutcome>,
    deadline: Option<Timeout>,
}

impl Thread {
    /// Returns whether a request is running.
    pub fn is_busy(&self) -> bool {
        self.0.borrow().on_outcome.is_some()
    }

    /// Runs a request, see `thread.js`. An earlier request ends without a result.
    pub fn run(&self, request: &Array, on_outcome: impl FnOnce(Outcome) + 'static) {
        self.cancel();
        self.0.borrow_mut().on_outcome = Some(Box::new(on_outcome));
        if self.0.borrow().worker.is_none() {
            match self.start() {
                Ok(worker) => self.0.borrow_mut().worker = Some(worker),
                Err(_) => return self.finish(Outcome::Failed(String::new())),
            }
        }
        if let Some((worker, _)) = &self.0.borrow().worker {
            worker.post_message(request);
        }
    }

    /// Ends a running request without a result.
    pub fn cancel(&self) {
        if self.is_busy() {
            self.end();
        }
    }

    /// Ends the thread. The next request starts another one.
    pub fn end(&self) {
        let Running { worker, .. } = self.0.take();
        if let Some((worker, _)) = worker {
            worker.terminate();
        }
    }

    fn start(&self) -> Result<(Worker, Handlers), JsValue> {
        let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence(&Array::of1(&SCRIPT.into()))?)?;
        let worker = Worker::new(&url)?;
        let (on_message, on_error) = (self.clone(), self.clone());
        let handlers = [
            Closure::new(move |event: MessageEvent| on_message.receive(&event.data())),
            Closure::new(move |_: MessageEvent| on_error.abort(Outcome::Failed(String::new()))),
        ];
        worker.set_on_message(handlers[0].as_ref().unchecked_ref());
        worker.set_on_error(handlers[1].as_ref().unchecked_ref());
        Ok((worker, handlers))
    }

    fn receive(&self, data: &JsValue) {
        if let Some(results) = data.dyn_ref::<Array>() {
            self.finish(Outcome::Done(results.clone()));
        } else if let Some(error) = data.as_string() {
            self.finish(Outcome::Failed(error));
        } else {
            // The thread begins; starting it may take longer than the request.
            self.tick(MAX_MS / TICK_MS);
        }
    }

    /// Ends the thread after this number of ticks.
    fn tick(&self, left: u32) {
        let thread = self.clone();
        let next = move || if left > 1 { thread.tick(left - 1) } else { thread.abort(Outcome::TooSlow) };
        self.0.borrow_mut().deadline = Some(Timeout::new(TICK_MS, next));
    }

    fn abort(&self, outcome: Outcome) {
        let on_outcome = self.0.borrow_mut().on_outcome.take();
        self.end();
        if let Some(on_outcome) = on_outcome {
            on_outcome(outcome);
        }
    }

    fn finish(&self, outcome: Outcome) {
        let on_outcome = {
            let mut running = self.0.borrow_mut();
            running.deadline = None;
            running.on_outcome.take()
        };
        if let Some(on_outcome) = on_outcome {
            on_outcome(outcome);
        }
    }
}
