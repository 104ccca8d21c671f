//! Frameworks from files: our TOML, OSCAL catalogues, tables whose columns are recognised or mapped.

use crate::{app::App, frameworks, handle::Runs, import::exchange, job::Job};
use conclave_domain::{
    call::framework::{FrameworkPreview, PreviewFramework},
    fault::{Fault, FieldFault},
    framework::{About, Framework, Group, Requirement},
    t,
};
use conclave_exchange::{
    Catalog, CatalogControl, FieldKind, Mapping, ReadOptions, Severity, Table, TargetField, apply, propose, read_bytes,
    read_catalog, read_file,
};
use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

/// The largest file that is read as a framework.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Problems that are shown.
const SHOWN: usize = 100;

/// What a column of a table can hold: key and the headers by which it is recognised.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("id", &["id", "control id", "requirement id", "ref", "reference", "number", "no", "control"]),
    ("title", &["title", "name", "short title", "control name", "requirement title"]),
    ("question", &["question", "requirement", "text", "control text", "statement", "description"]),
    ("guidance", &["guidance", "discussion", "notes", "help", "supplemental guidance"]),
    ("group", &["group", "category", "section", "domain", "family", "chapter"]),
    ("parent", &["stage", "area", "part", "function"]),
    ("evidence", &["evidence", "evidence examples", "examples", "artefacts"]),
    ("answered_by", &["answered by", "owner role", "responsible"]),
];

impl Runs for PreviewFramework {
    async fn run(self, app: &App, job: &Job) -> Result<FrameworkPreview, Fault> {
        let path = Path::new(&self.path);
        job.step(&t!("app.stage_reading"), 0, 0)?;
        let bytes = read_file(path, LARGEST, &mut |_, _| ControlFlow::Continue(())).map_err(|e| exchange(&e))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut preview = read(&name, bytes, &self.columns)?;
        let about = &mut preview.framework.framework;
        if !self.title.trim().is_empty() {
            self.title.trim().clone_into(&mut about.short_title);
        }
        for (to, given) in
            [(&mut about.id, &self.id), (&mut about.title, &self.title), (&mut about.edition, &self.edition)]
        {
            if !given.trim().is_empty() {
                given.trim().clone_into(to);
            }
        }
        frameworks::tidy(&mut preview.framework);
        if let Err(fault) = frameworks::check(&preview.framework) {
            let about_file = |f: &FieldFault| matches!(f.field.as_str(), "requirements" | "groups");
            preview.blocked |= fault.fields.iter().any(about_file);
            preview.refused = true;
            preview.problems.extend(fault.fields.into_iter().map(|f| f.sentence));
        }
        if conclave_domain::content::frameworks()
            .any(|f| f.framework.id.eq_ignore_ascii_case(&preview.framework.framework.id))
        {
            preview.refused = true;
            preview.problems.push(t!("framework.built_in", id = preview.framework.framework.id));
        }
        preview.refused |= preview.blocked;
        preview.problems.truncate(SHOWN);
        let mut vault = app.vault(job).await?;
        let own = vault.read().await?.own_frameworks().await?;
        let id = &preview.framework.framework.id;
        preview.editions = own.into_iter().filter(|l| l.id == *id).map(|l| l.edition).collect();
        Ok(preview)
    }
}

/// Reads a framework by what the file is, not by what it is called.
fn read(name: &str, bytes: Vec<u8>, columns: &BTreeMap<String, String>) -> Result<FrameworkPreview, Fault> {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let start = bytes.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF)).copied();
    match (ending.as_str(), start) {
        ("toml", _) => toml_file(name, &bytes),
        ("json", _) | (_, Some(b'{')) => oscal_file(name, &bytes),
        _ => table_file(name, bytes, columns),
    }
}

fn toml_file(name: &str, bytes: &[u8]) -> Result<FrameworkPreview, Fault> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Fault::invalid_field("path", t!("framework.no_text", file = name)))?;
    let framework: Framework = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        // The parser's message may quote the file; its first line says what it expected.
        let what = e.message().lines().next().unwrap_or_default().to_owned();
        Fault::invalid_field("path", t!("framework.bad_toml", file = name, line = line, what = what))
    })?;
    Ok(FrameworkPreview { framework, ..FrameworkPreview::default() })
}

fn oscal_file(name: &str, bytes: &[u8]) -> Result<FrameworkPreview, Fault> {
    let catalog = read_catalog(name, bytes).map_err(|e| exchange(&e))?;
    let problems = catalog.problems.clone();
    Ok(FrameworkPreview { framework: from_catalog(catalog), problems, ..FrameworkPreview::default() })
}

fn from_catalog(catalog: Catalog) -> Framework {
    let groups = catalog
        .groups
        .into_iter()
        .map(|g| Group { short_title: g.title.clone(), id: g.id, parent: g.parent, title: g.title, ..Group::default() })
        .collect();
    let edition = if catalog.version.is_empty() { day(&catalog.last_modified) } else { catalog.version };
    Framework {
        framework: About {
            id: slug(&catalog.title),
            short_title: catalog.title.clone(),
            title: catalog.title,
            edition,
            publisher: catalog.parties.join(", "),
            language: "en".into(),
            source: t!("framework.from_oscal", version = catalog.oscal_version, uuid = catalog.uuid),
            kind: "checklist".into(),
            ..About::default()
        },
        groups,
        requirements: catalog.controls.into_iter().map(requirement).collect(),
    }
}

fn requirement(control: CatalogControl) -> Requirement {
    let title = if control.withdrawn { t!("framework.withdrawn", title = control.title) } else { control.title };
    let mut names: Vec<String> = Vec::new();
    if control.label != control.id && !control.label.is_empty() {
        names.push(control.id.clone());
    }
    Requirement {
        id: if control.label.is_empty() { control.id } else { control.label },
        group: control.group,
        title,
        question: control.statement,
        guidance: control.guidance,
        names,
        ..Requirement::default()
    }
}

fn day(moment: &str) -> String {
    moment.split('T').next().unwrap_or_default().to_owned()
}

/// An id made from a title: its letters and digits, the rest as hyphens.
fn slug(title: &str) -> String {
    let mut id = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            id.push(c);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
        if id.len() >= 60 {
            break;
        }
    }
    let id = id.trim_end_matches('-').to_owned();
    if id.is_empty() { "framework".into() } else { id }
}

fn fields() -> Vec<TargetField> {
    COLUMNS
        .iter()
        .map(|(key, names)| {
            let field = TargetField::new(
                key,
                &conclave_domain::text::label(&format!("framework.column_{key}")),
                FieldKind::Text,
                names,
            );
            if *key == "id" { field.required() } else { field }
        })
        .collect()
}

/// What a person says of columns must be about columns that are there and fields that a framework has.
fn known(columns: &BTreeMap<String, String>, table: &Table) -> Result<(), Fault> {
    for (header, field) in columns {
        if !table.headers.iter().any(|h| h.name == *header) {
            return Err(Fault::invalid_field("columns", t!("framework.no_column", column = header)));
        }
        if !field.is_empty() && !COLUMNS.iter().any(|(key, _)| key == field) {
            let fields = COLUMNS.map(|(key, _)| key).join(", ");
            return Err(Fault::invalid_field("columns", t!("framework.no_field", field = field, fields = fields)));
        }
    }
    Ok(())
}

fn table_file(name: &str, bytes: Vec<u8>, columns: &BTreeMap<String, String>) -> Result<FrameworkPreview, Fault> {
    let mut go_on = |_, _| ControlFlow::Continue(());
    let table = read_bytes(name, bytes, &ReadOptions::default(), &mut go_on).map_err(|e| exchange(&e))?;
    let fields = fields();
    let mut mapping = propose(&table, &fields);
    known(columns, &table)?;
    if !columns.is_empty() {
        for column in &mut mapping.columns {
            column.target = columns.get(&column.header).filter(|to| !to.is_empty()).cloned();
        }
    }
    let applied = apply(&table, &mapping, &fields);
    // A row that was swallowed or could not be read would be a requirement that nobody asks: nothing is kept then.
    let errors = table.problems.iter().chain(&applied.problems).any(|p| p.severity == Severity::Error);
    let mut problems: Vec<String> = table
        .problems
        .iter()
        .chain(&applied.problems)
        .map(|p| t!("framework.at_line", line = p.line.unwrap_or(1), what = p.sentence))
        .collect();
    for column in mapping.columns.iter().filter(|c| c.target.is_none()) {
        problems.push(t!("framework.column_unused", column = column.header));
    }
    let framework = from_rows(name, applied.rows.into_iter().map(|r| r.values), &mut problems);
    Ok(FrameworkPreview {
        framework,
        problems,
        blocked: errors,
        refused: errors,
        columns: shown_columns(&table, &mapping),
        fields: fields.iter().map(|f| (f.key.clone(), f.label.clone())).collect(),
        editions: Vec::new(),
    })
}

fn shown_columns(table: &Table, mapping: &Mapping) -> Vec<(String, String)> {
    let goes = |header: &str| {
        mapping.columns.iter().find(|c| c.header == header).and_then(|c| c.target.clone()).unwrap_or_default()
    };
    table.headers.iter().map(|h| (h.name.clone(), goes(&h.name))).collect()
}

fn from_rows(
    name: &str,
    rows: impl Iterator<Item = BTreeMap<String, String>>,
    problems: &mut Vec<String>,
) -> Framework {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut framework = Framework {
        framework: About {
            id: slug(stem),
            title: stem.to_owned(),
            short_title: stem.to_owned(),
            source: t!("framework.from_table", file = name),
            kind: "checklist".into(),
            ..About::default()
        },
        ..Framework::default()
    };
    for (n, mut row) in rows.enumerate() {
        let mut take = |key: &str| row.remove(key).unwrap_or_default().trim().to_owned();
        let (group, parent) = (take("group"), take("parent"));
        let group = place(&mut framework.groups, &group, &parent);
        let id = take("id");
        if id.is_empty() {
            problems.push(t!("framework.row_without_id", row = n + 1));
            continue;
        }
        framework.requirements.push(Requirement {
            id,
            group,
            title: take("title"),
            question: take("question"),
            guidance: take("guidance"),
            evidence: take("evidence")
                .split(['\n', ';'])
                .map(|e| e.trim().to_owned())
                .filter(|e| !e.is_empty())
                .collect(),
            answered_by: take("answered_by"),
            ..Requirement::default()
        });
    }
    framework
}

/// The id of the group of these names, made when it is first met.
fn place(groups: &mut Vec<Group>, group: &str, parent: &str) -> String {
    let mut find = |title: &str, parent: &str| {
        let title = if title.is_empty() { t!("framework.all") } else { title.to_owned() };
        if let Some(found) = groups.iter().find(|g| g.title == title && g.parent == parent) {
            return found.id.clone();
        }
        let id = format!("g{}", groups.len() + 1);
        groups.push(Group {
            id: id.clone(),
            parent: parent.to_owned(),
            short_title: title.clone(),
            title,
            ..Group::default()
        });
        id
    };
    match (group, parent) {
        (group, "") => find(group, ""),
        ("", parent) => find(parent, ""),
        (group, parent) => {
            let above = find(parent, "");
            find(group, &above)
        }
    }
}
