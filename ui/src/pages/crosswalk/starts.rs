//! The frameworks from which links lead, each with those that they lead to.

use crate::call::send;
use conclave_domain::call::framework::{FrameworkLine, GetCrosswalk, ListFrameworks};
use leptos::{prelude::*, task::spawn_local};

/// A framework on the left with the frameworks on its right.
pub type Starts = Vec<(FrameworkLine, Vec<FrameworkLine>)>;

/// Asks each framework that the crosswalk touches; `None` until all have answered.
pub fn starts() -> RwSignal<Option<Starts>> {
    let found = RwSignal::new(None);
    spawn_local(async move {
        let lines = send(ListFrameworks {}).await.unwrap_or_default();
        let mut starts = Starts::new();
        for line in lines.into_iter().filter(|l| !l.own && l.links > 0) {
            let call = GetCrosswalk { from: line.id.clone(), to: String::new() };
            if let Ok(view) = send(call).await
                && !view.others.is_empty()
            {
                starts.push((line, view.others));
            }
        }
        let _ = found.try_set(Some(starts));
    });
    found
}

/// The two ends that an address means: what it leaves out is the first framework that has a link to the other end.
pub fn resolve(starts: &Starts, from: &str, to: &str) -> (String, String) {
    let leads = |others: &[FrameworkLine]| others.iter().any(|o| o.id == to);
    let left = match from {
        "" => starts
            .iter()
            .find(|(_, others)| leads(others))
            .or_else(|| starts.iter().find(|(line, _)| line.id == to))
            .or_else(|| starts.first()),
        from => starts.iter().find(|(line, _)| line.id == from),
    };
    match left {
        Some((line, others)) if to.is_empty() || line.id == to => {
            (line.id.clone(), others.first().map(|o| o.id.clone()).unwrap_or_default())
        }
        Some((line, _)) => (line.id.clone(), to.to_owned()),
        None => (from.to_owned(), to.to_owned()),
    }
}
