//! The figures of screen and print: stage coverage, heat map, fairness rates and metrics.
//!
//! Each is a pure function from data to a [`crate::figure::Figure`], 480 points wide, with a caption and a text
//! alternative that says all of it in words. Nothing is told by colour alone.

mod coverage;
mod draw;
mod heat;
mod metrics;
mod rates;

pub use coverage::stage_coverage;
pub use heat::heat_map;
pub use metrics::fairness_metrics;
pub use rates::fairness_rates;
