//! Our own icons, drawn in one line width on a 20-unit square.

use leptos::prelude::*;

/// An icon by name; unknown names draw nothing. Icons never stand without words beside them.
pub fn icon(name: &str) -> AnyView {
    let path = match name {
        "home" => "M3 9.500 10 4l7 5.500V16H12v-4H8v4H3z",
        "systems" => "M4 5h12v10H4zM7 8h6M7 11h4",
        "vendors" => "M3 16V8l4-3v11M7 16V4h10v12M10 7h1M13 7h1M10 10h1M13 10h1M3 16h14",
        "assets" => "M10 3l7 3.500-7 3.500-7-3.500zM3 10l7 3.500 7-3.500M3 13.500 10 17l7-3.500",
        "assessments" => "M6 4h10v13H4V4h2M7 9l2 2 4-4M7 14h6",
        "risks" => "M10 3l8 14H2zM10 8v4M10 14v.5",
        "reviews" => "M10 4v12M4 7h12M4 7l-2 5h4zM16 7l-2 5h4zM7 16h6",
        "frameworks" => "M3 4h14v4H3zM3 12h6v4H3zM11 12h6v4h-6zM6 8v4M14 8v4",
        "crosswalk" => "M3 6h4v8H3zM13 4h4v5h-4zM13 12h4v4h-4zM7 10l6-3.500M7 10l6 4",
        "findings" => "M5 3h10v14H5zM8 7h4M10 10v3M10 15v.2",
        "decisions" => "M8 3l6 6M6 5l6 6M10 7l-7 7 2 2 7-7M12 17h6",
        "evidence" => {
            "M13.500 6.500 8 12a1.800 1.800 0 0 0 2.500 2.500l6-6a3.500 3.500 0 0 0-5-5l-6.500 6.500a5.200 5.200 0 0 0 7.500 7.500l4-4"
        }
        "packs" => "M5 3h7l4 4v10H5zM12 3v4h4M8 11h5M8 14h5",
        "journal" => "M5 3h11v14H5zM8 3v14M10.500 7H14M10.500 10H14",
        "settings" => "M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4",
        "trash" => "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
        "import" => "M10 3v9M6.500 8.500 10 12l3.500-3.500M4 16h12",
        "search" => "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4M13 13l4 4",
        "switch" => "M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3",
        "lock" => "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
        "key" => "M10 3a4 4 0 0 0-1.500 7.700V17h3v-2h2v-2h-2v-2.300A4 4 0 0 0 10 3zM10 6.500v.5",
        "narrow" => "M4 4v12M16 10H8M11 6.500 7.500 10 11 13.500",
        _ => "",
    };
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5"
            stroke-linecap="round" stroke-linejoin="round"><path d=path></path></svg>
    }
    .into_any()
}
