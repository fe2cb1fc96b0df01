//! Starts the page.

fn main() {
    yodel_page::app::start();
}
