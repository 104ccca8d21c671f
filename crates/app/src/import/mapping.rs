//! The mapping on the wire and the mapping in a file: the same columns, keys and values.

use conclave_domain::call::exchange::ImportMapping;
use conclave_exchange::{ColumnMap, Mapping};

pub(super) fn to_wire(mapping: &Mapping) -> ImportMapping {
    let columns = mapping.columns.iter();
    ImportMapping {
        name: mapping.name.clone(),
        columns: columns.clone().filter_map(|c| Some((c.header.clone(), c.target.clone()?))).collect(),
        values: columns.filter(|c| !c.choices.is_empty()).map(|c| (c.header.clone(), c.choices.clone())).collect(),
        key: mapping.key.clone(),
    }
}

/// What a person chose, with what only the proposal knows (the order of day and month) where the target is still the same.
pub(super) fn from_wire(wanted: &ImportMapping, base: &Mapping) -> Mapping {
    let columns = base.columns.iter().map(|column| {
        let target = wanted.columns.get(&column.header).filter(|t| !t.is_empty()).cloned();
        let same = target == column.target;
        let choices = wanted.values.get(&column.header).cloned();
        ColumnMap {
            target,
            confidence: 1.0,
            choices: choices.unwrap_or_else(|| if same { column.choices.clone() } else { Default::default() }),
            ..column.clone()
        }
    });
    Mapping {
        name: if wanted.name.is_empty() { base.name.clone() } else { wanted.name.clone() },
        key: wanted.key.clone(),
        columns: columns.collect(),
        ..base.clone()
    }
}
