//! Shared components: each one idea, used by every page.

pub mod act;
pub mod backup_age;
pub mod columns;
pub mod copy;
pub mod coverage_bar;
pub mod dom;
pub mod figure_svg;
pub mod filter;
pub mod form;
pub mod framework_choice;
pub mod icon;
pub mod job;
pub mod level;
pub mod loading;
pub mod matrix;
pub mod path;
pub mod picker;
pub mod sending;
pub mod sheet;
pub mod signature;
pub mod status;
pub mod strength;
pub mod table;
pub mod tabs;
pub mod toast;
