//! The interface: Leptos, client side only. It knows calls and their replies, and no rule: it asks.
//!
//! Entry points for newcomers: `app` (frame and routes), `call` (the one way to the shell), `pages` (one folder per noun),
//! `parts` (shared components).

mod app;
mod call;
mod pages;
mod palette;
mod parts;
mod rail;
mod state;
mod switch;

fn main() {
    leptos::mount::mount_to_body(app::app);
}
