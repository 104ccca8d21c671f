//! Writing the register of a kind to a file.

use crate::{app::App, handle::Runs, job::Job};
use conclave_domain::{call::exchange::ExportList, fault::Fault, field::FieldKind, noun::fields, t};
use conclave_exchange::{CsvOptions, write_csv};
use conclave_vault::store::record::Stored;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};
use uuid::Uuid;

impl Runs for ExportList {
    async fn run(self, app: &App, job: &Job) -> Result<u64, Fault> {
        job.step(&t!("app.stage_reading"), 0, 0)?;
        let (records, names) = {
            let mut vault = app.vault(job).await?;
            let mut reader = vault.read().await?;
            let records = reader.records(self.kind, None).await?;
            let mut ids: Vec<Uuid> = records.iter().flat_map(|r| r.body.links()).map(|(_, id)| id).collect();
            ids.sort_unstable();
            ids.dedup();
            let heads = reader.heads(&ids).await?;
            (
                records,
                heads.into_iter().map(|h| (h.id, format!("{} {}", h.reference, h.title))).collect::<BTreeMap<_, _>>(),
            )
        };
        job.step(&t!("app.stage_writing"), 0, records.len() as u64)?;
        let bytes = match self.format.as_str() {
            "json" => as_json(&records)?,
            "csv" => as_csv(self.kind, &records, &names)?,
            other => return Err(Fault::invalid_field("format", t!("app.format_unknown", format = other))),
        };
        let path = Path::new(&self.out);
        app.hand_over(job, path, &bytes, self.overwrite).await?;
        Ok(records.len() as u64)
    }
}

fn as_json(records: &[Stored]) -> Result<Vec<u8>, Fault> {
    let all: Vec<Value> = records.iter().map(|r| json!({"record": r.head, "body": r.body.to_map()})).collect();
    serde_json::to_vec_pretty(&all).map_err(|_| Fault::internal())
}

fn as_csv(
    kind: conclave_domain::kind::Kind,
    records: &[Stored],
    names: &BTreeMap<Uuid, String>,
) -> Result<Vec<u8>, Fault> {
    let columns: Vec<_> = fields(kind).iter().filter(|f| !matches!(f.kind, FieldKind::Own)).collect();
    let mut headers = vec![t!("app.column_reference")];
    headers.extend(columns.iter().map(|f| f.label()));
    let name = |v: &Value| {
        v.as_str().and_then(|s| s.parse().ok()).and_then(|id: Uuid| names.get(&id).cloned()).unwrap_or_default()
    };
    let rows = records.iter().map(|record| {
        let map = record.body.to_map();
        let mut cells = vec![record.head.reference.clone()];
        cells.extend(columns.iter().map(|field| match (field.kind, map.get(field.key)) {
            (FieldKind::Link(_), Some(value)) => name(value),
            (FieldKind::Links(_), Some(Value::Array(values))) => values.iter().map(name).collect::<Vec<_>>().join("; "),
            (_, Some(value)) => field.show(value),
            (_, None) => String::new(),
        }));
        cells
    });
    let mut out = Vec::new();
    let options = CsvOptions { bom: true, ..CsvOptions::default() };
    write_csv(&mut out, &headers, rows, options).map_err(|e| Fault::bad_request(e.sentence()))?;
    Ok(out)
}
