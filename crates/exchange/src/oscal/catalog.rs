//! Catalogues of controls.

use super::json::{MAX_DEPTH, Node, Record, Trail, parse, too_deep};
use super::params::Params;
use crate::error::ExchangeError;
use crate::words::excerpt;
use std::collections::{HashMap, HashSet};

/// More controls than this are refused, and more groups; the largest published catalogues have about 1,500 controls.
const MAX_CONTROLS: usize = 50_000;
/// A title that is a path of titles is cut here (characters), so that a long one is not repeated in all below it.
const MAX_PATH: usize = 400;
/// More problems than this are counted, not listed.
const LISTED: usize = 1_000;
/// The other models that OSCAL has, by the name of their only field.
const MODELS: [(&str, &str); 7] = [
    ("profile", "an OSCAL profile"),
    ("component-definition", "an OSCAL component definition"),
    ("system-security-plan", "an OSCAL system security plan"),
    ("assessment-plan", "an OSCAL assessment plan"),
    ("assessment-results", "OSCAL assessment results"),
    ("plan-of-action-and-milestones", "an OSCAL plan of action and milestones"),
    ("mapping-collection", "an OSCAL control mapping"),
];

/// A catalogue as far as a framework of requirements needs it. Back matter, the prose of groups, and the assessment
/// objectives and methods of controls are not taken over; [`Catalog::problems`] says so where there are any.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// The document's UUID as written; empty when it has none.
    pub uuid: String,
    /// The title.
    pub title: String,
    /// The publisher's version.
    pub version: String,
    /// When it was published, as written (RFC 3339); empty when not said.
    pub published: String,
    /// When it was last changed, as written (RFC 3339).
    pub last_modified: String,
    /// The version of OSCAL that it follows.
    pub oscal_version: String,
    /// The names of the parties that it names: publisher, contacts.
    pub parties: Vec<String>,
    /// The groups, each after the one that it lies in.
    pub groups: Vec<CatalogGroup>,
    /// The controls in the order of the document, each after the one that it enhances.
    pub controls: Vec<CatalogControl>,
    /// Sentences about what was noticed and not refused.
    pub problems: Vec<String>,
}

/// A group of controls. There are two levels: a deeper group stands beside its second-level ancestor, under the same
/// parent, with the titles from there on as its title ("Access / Remote access / Tokens").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogGroup {
    /// The id; a group without one is called after its number in the document ("group-3").
    pub id: String,
    /// The id of the group around it; empty at the top.
    pub parent: String,
    /// The title; the id when there is none.
    pub title: String,
}

/// A control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogControl {
    /// The id, unique in the catalogue.
    pub id: String,
    /// What people call it ("AC-1(3)"); the id when it has no label.
    pub label: String,
    /// The id of its group; those that lie in none are in a group of their own, "controls".
    pub group: String,
    /// The id of the control that it enhances; empty for most.
    pub parent: String,
    /// The title; the label when there is none.
    pub title: String,
    /// What is asked for: one line for each item, with its label, parameters as "[organisation-defined frequency]".
    pub statement: String,
    /// Guidance, and other explaining parts after it.
    pub guidance: String,
    /// Withdrawn by the publisher; kept so that references to it are understood.
    pub withdrawn: bool,
    /// The ids of controls of this catalogue that it requires, is related to, or was moved or incorporated into.
    pub related: Vec<String>,
}

/// Reads an OSCAL catalogue in JSON. `name` is the file's name, for what is said about it.
///
/// # Errors
/// [`ExchangeError::TooLarge`] (64 MiB), [`Empty`](ExchangeError::Empty), [`NotJson`](ExchangeError::NotJson),
/// [`NotACatalogue`](ExchangeError::NotACatalogue), [`BadField`](ExchangeError::BadField),
/// [`TooDeep`](ExchangeError::TooDeep) (40 levels), [`OverLimit`](ExchangeError::OverLimit) (50,000 controls),
/// [`SameId`](ExchangeError::SameId), [`ParameterCircle`](ExchangeError::ParameterCircle),
/// [`NoControls`](ExchangeError::NoControls).
pub fn read_catalog(name: &str, bytes: &[u8]) -> Result<Catalog, ExchangeError> {
    let document = parse(name, bytes)?;
    let catalog = catalog_of(name, &document)?;
    let mut trail = Trail::new(name, "catalog");
    let mut walk = Walk::default();
    walk.params.collect(&mut trail, catalog)?;
    trail.each(catalog, "groups", |trail, group| walk.group(trail, group, None))?;
    trail.each(catalog, "controls", |trail, control| walk.control(trail, control, None, ""))?;
    if walk.found.is_empty() {
        return Err(ExchangeError::NoControls { file: name.to_string() });
    }
    walk.params.resolve(name)?;
    let mut read = head(name, catalog)?;
    let group_ids = walk.name_groups(&mut read);
    walk.read_controls(name, &group_ids, &mut read)?;
    read.problems.extend(walk.finish());
    Ok(read)
}

fn catalog_of<'n>(file: &str, document: &'n Node) -> Result<&'n Record, ExchangeError> {
    let other = |what: &str| ExchangeError::NotACatalogue { file: file.to_string(), what: what.to_string() };
    let Node::Record(root) = document else {
        return Err(other("a JSON document of another kind"));
    };
    match root.get("catalog") {
        Some(Node::Record(catalog)) => Ok(catalog),
        Some(_) => {
            let (path, detail) = ("catalog".to_string(), "is not an object".to_string());
            Err(ExchangeError::BadField { file: file.to_string(), path, detail })
        }
        None => {
            let model = MODELS.iter().find(|(field, _)| root.contains_key(*field));
            Err(other(model.map_or("a JSON document of another kind", |(_, what)| what)))
        }
    }
}

/// The catalogue without its groups and controls.
fn head(file: &str, catalog: &Record) -> Result<Catalog, ExchangeError> {
    let about = Trail::new(file, "catalog");
    let uuid = about.text(catalog, "uuid")?.to_string();
    let none = Record::new();
    let metadata = about.record(catalog, "metadata")?.unwrap_or(&none);
    let mut trail = Trail::new(file, "catalog.metadata");
    let mut parties = Vec::new();
    trail.each(metadata, "parties", |trail, party| {
        let (name, short) = (trail.text(party, "name")?, trail.text(party, "short-name")?);
        parties.extend([name, short].into_iter().find(|name| !name.is_empty()).map(String::from));
        Ok(())
    })?;
    let text = |field: &str| trail.text(metadata, field).map(String::from);
    let (title, version) = (text("title")?, text("version")?);
    let mut problems = Vec::new();
    for (what, value) in [("title", &title), ("version", &version)] {
        if value.is_empty() {
            problems.push(format!("The catalogue says no {what}."));
        }
    }
    Ok(Catalog {
        uuid,
        title,
        version,
        published: text("published")?,
        last_modified: text("last-modified")?,
        oscal_version: text("oscal-version")?,
        parties,
        groups: Vec::new(),
        controls: Vec::new(),
        problems,
    })
}

/// A group as found; groups refer to each other by position until those without an id have one.
struct FoundGroup<'n> {
    id: &'n str,
    parent: Option<usize>,
    title: String,
}

struct FoundControl<'n> {
    id: &'n str,
    path: String,
    group: Option<usize>,
    parent: &'n str,
    record: &'n Record,
}

/// The first pass: what there is, where, and all parameters, so that the second can fill them in and follow links.
#[derive(Default)]
struct Walk<'n> {
    groups: Vec<FoundGroup<'n>>,
    group_paths: HashMap<&'n str, String>,
    found: Vec<FoundControl<'n>>,
    /// Position in `found`.
    controls: HashMap<&'n str, usize>,
    /// The control that a part belongs to: links may lead to a part.
    parts: HashMap<&'n str, &'n str>,
    params: Params<'n>,
    group_prose: usize,
    assessments: usize,
    dead_links: usize,
}

impl<'n> Walk<'n> {
    fn group(&mut self, trail: &mut Trail<'_>, record: &'n Record, above: Option<usize>) -> Result<(), ExchangeError> {
        let (id, title) = (trail.text(record, "id")?, trail.text(record, "title")?);
        check_depth(trail, id)?;
        if !id.is_empty() {
            same_id(trail, "groups", id, self.group_paths.insert(id, trail.path()))?;
        }
        let here = self.groups.len();
        if here >= MAX_CONTROLS {
            return Err(ExchangeError::OverLimit { file: trail.file.to_string(), limit: "50,000 groups".into() });
        }
        let title = if title.is_empty() { id } else { title };
        let (parent, title) = match above.map(|above| (above, &self.groups[above])) {
            Some((_, FoundGroup { parent: Some(top), title: path, .. })) => {
                let path: String = path.chars().take(MAX_PATH).collect();
                (Some(*top), format!("{path} / {title}"))
            }
            Some((above, _)) => (Some(above), title.to_string()),
            None => (None, title.to_string()),
        };
        self.groups.push(FoundGroup { id, parent, title });
        self.params.collect(trail, record)?;
        let mut prose = false;
        trail.each(record, "parts", |_, _| {
            prose = true;
            Ok(())
        })?;
        self.group_prose += usize::from(prose);
        trail.each(record, "controls", |trail, control| self.control(trail, control, Some(here), ""))?;
        trail.each(record, "groups", |trail, group| self.group(trail, group, Some(here)))
    }

    fn control(
        &mut self,
        trail: &mut Trail<'_>,
        record: &'n Record,
        group: Option<usize>,
        parent: &'n str,
    ) -> Result<(), ExchangeError> {
        let id = trail.text(record, "id")?;
        check_depth(trail, id)?;
        if id.is_empty() {
            return Err(trail.bad("id", "is missing"));
        }
        if self.found.len() >= MAX_CONTROLS {
            return Err(ExchangeError::OverLimit { file: trail.file.to_string(), limit: "50,000 controls".into() });
        }
        let first = self.controls.insert(id, self.found.len());
        same_id(trail, "controls", id, first.map(|first| self.found[first].path.clone()))?;
        self.found.push(FoundControl { id, path: trail.path(), group, parent, record });
        self.params.collect(trail, record)?;
        trail.each(record, "parts", |trail, part| self.part(trail, part, id))?;
        trail.each(record, "controls", |trail, control| self.control(trail, control, group, id))
    }

    fn part(&mut self, trail: &mut Trail<'_>, part: &'n Record, control: &'n str) -> Result<(), ExchangeError> {
        let id = trail.text(part, "id")?;
        check_depth(trail, id)?;
        if !id.is_empty() {
            self.parts.entry(id).or_insert(control);
        }
        trail.each(part, "parts", |trail, part| self.part(trail, part, control))
    }

    /// Gives every group an id, and the result its groups.
    fn name_groups(&self, read: &mut Catalog) -> Vec<String> {
        let mut taken: HashSet<String> = self.group_paths.keys().map(|id| (*id).to_string()).collect();
        let mut ids = Vec::with_capacity(self.groups.len());
        for (index, group) in self.groups.iter().enumerate() {
            let id = if group.id.is_empty() {
                free(format!("group-{}", index + 1), &mut taken)
            } else {
                group.id.to_string()
            };
            ids.push(id);
        }
        for (index, group) in self.groups.iter().enumerate() {
            let parent = group.parent.map(|parent| ids[parent].clone()).unwrap_or_default();
            let title = if group.title.is_empty() { ids[index].clone() } else { group.title.clone() };
            read.groups.push(CatalogGroup { id: ids[index].clone(), parent, title });
        }
        if self.found.iter().any(|control| control.group.is_none()) {
            let id = free("controls".into(), &mut taken);
            read.groups.push(CatalogGroup { id: id.clone(), parent: String::new(), title: "Controls".into() });
            ids.push(id);
        }
        ids
    }

    fn read_controls(&mut self, file: &str, group_ids: &[String], read: &mut Catalog) -> Result<(), ExchangeError> {
        let ungrouped = group_ids.last().cloned().unwrap_or_default();
        for index in 0..self.found.len() {
            let FoundControl { id, ref path, group, parent, record } = self.found[index];
            let mut trail = Trail::new(file, path.clone());
            let label = non_empty(trail.prop(record, "label")?, id);
            let title = non_empty(trail.text(record, "title")?, label);
            let (statement, guidance) = self.texts(&mut trail, record, id)?;
            let withdrawn = trail.prop(record, "status")?.eq_ignore_ascii_case("withdrawn");
            let related = self.related(&mut trail, record, id)?;
            read.controls.push(CatalogControl {
                id: id.to_string(),
                label: label.to_string(),
                group: group.map_or_else(|| ungrouped.clone(), |group| group_ids[group].clone()),
                parent: parent.to_string(),
                title: self.params.fill_in(file, title, &named(id))?,
                statement,
                guidance,
                withdrawn,
                related,
            });
        }
        Ok(())
    }

    /// Statement and guidance. A control without a part of that name states what its other parts say.
    fn texts(
        &mut self,
        trail: &mut Trail<'_>,
        record: &'n Record,
        id: &str,
    ) -> Result<(String, String), ExchangeError> {
        let (mut statement, mut guidance, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut assessed = false;
        trail.each(record, "parts", |trail, part| {
            let lines = match trail.text(part, "name")? {
                "statement" => &mut statement,
                "guidance" => &mut guidance,
                name if name.starts_with("assessment") => {
                    assessed = true;
                    return Ok(());
                }
                _ => &mut others,
            };
            self.lines(trail, part, &named(id), lines)
        })?;
        self.assessments += usize::from(assessed);
        let rest = if statement.is_empty() { &mut statement } else { &mut guidance };
        rest.append(&mut others);
        Ok((statement.join("\n"), guidance.join("\n")))
    }

    /// A part and those in it, one entry each.
    fn lines(
        &mut self,
        trail: &mut Trail<'_>,
        part: &'n Record,
        whose: &str,
        lines: &mut Vec<String>,
    ) -> Result<(), ExchangeError> {
        let (label, title) = (trail.prop(part, "label")?, trail.text(part, "title")?);
        let prose = self.params.fill_in(trail.file, trail.text(part, "prose")?, whose)?;
        let mut line = String::new();
        for (text, is_prose) in [(label, false), (title, false), (prose.as_str(), true)] {
            if text.is_empty() {
                continue;
            }
            if !line.is_empty() {
                // An item's number needs nothing after it ("a. Develop"); a heading does ("Other information: Many").
                let heading = is_prose && line.ends_with(char::is_alphanumeric) && line.chars().count() > 4;
                line.push_str(if heading { ": " } else { " " });
            }
            line.push_str(text);
        }
        if !line.is_empty() {
            lines.push(line);
        }
        trail.each(part, "parts", |trail, part| self.lines(trail, part, whose, lines))
    }

    fn related(
        &mut self,
        trail: &mut Trail<'_>,
        record: &'n Record,
        id: &'n str,
    ) -> Result<Vec<String>, ExchangeError> {
        let (mut related, mut known) = (Vec::new(), HashSet::from([id]));
        trail.each(record, "links", |trail, link| {
            let (rel, href) = (trail.text(link, "rel")?, trail.text(link, "href")?);
            let Some(target) = href.strip_prefix('#') else { return Ok(()) };
            if !matches!(rel, "related" | "required" | "moved-to" | "incorporated-into") {
                return Ok(());
            }
            let control = if self.controls.contains_key(target) { Some(&target) } else { self.parts.get(target) };
            match control {
                None => self.dead_links += 1,
                Some(control) if known.insert(control) => related.push((*control).to_string()),
                Some(_) => {}
            }
            Ok(())
        })?;
        Ok(related)
    }

    /// What was noticed, within what a person can read.
    fn finish(self) -> Vec<String> {
        let counts = [
            (self.assessments, "Assessment objectives and methods were not taken over; controls that have some"),
            (self.group_prose, "Texts of groups were not taken over; groups that have some"),
            (self.dead_links, "Links to controls that this catalogue does not have were left out; their number"),
        ];
        let mut problems: Vec<String> = self.params.problems.into_iter().collect();
        if problems.len() > LISTED {
            let more = problems.len() - LISTED;
            problems.truncate(LISTED);
            problems.push(format!("{more} more problems with parameters are not listed."));
        }
        let counted = counts.into_iter().filter(|(count, _)| *count > 0);
        problems.extend(counted.map(|(count, what)| format!("{what}: {count}.")));
        problems
    }
}

fn check_depth(trail: &Trail<'_>, id: &str) -> Result<(), ExchangeError> {
    if trail.depth() <= MAX_DEPTH {
        return Ok(());
    }
    let place = if id.is_empty() {
        "at a group, control or part without id".into()
    } else {
        format!("at “{}”", excerpt(id))
    };
    Err(too_deep(trail.file, place))
}

fn same_id(trail: &Trail<'_>, what: &'static str, id: &str, first: Option<String>) -> Result<(), ExchangeError> {
    let Some(first) = first else { return Ok(()) };
    let (file, second) = (trail.file.to_string(), trail.path());
    Err(ExchangeError::SameId { file, what, id: excerpt(id), first, second })
}

/// An id that no group has yet.
fn free(wanted: String, taken: &mut HashSet<String>) -> String {
    let mut id = wanted.clone();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{wanted}-{number}");
        number += 1;
    }
    id
}

fn named(id: &str) -> String {
    format!("The control “{}”", excerpt(id))
}

fn non_empty<'t>(text: &'t str, instead: &'t str) -> &'t str {
    if text.is_empty() { instead } else { text }
}
