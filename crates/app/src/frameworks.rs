//! Frameworks: the built-in ones and those of the vault, finding a requirement, the crosswalk.

use crate::handle::{Changes, Reads};
use conclave_domain::{
    call::framework::{
        CompareEditions, CrosswalkView, EditionReport, FindRequirements, FrameworkLine, GetCrosswalk, GetFramework,
        GetLinks, GetTemplates, LinkLine, ListFrameworks, RemoveFramework, RequirementHit, SaveFramework,
    },
    content,
    crosswalk::Link,
    fault::{Fault, FieldFault},
    field::FIELD_LIMIT,
    framework::{Framework, Group, Requirement},
    member::hidden,
    noun::Assessment,
    t,
    template::Templates,
};
use conclave_vault::{Audited, Desk, Vault, Writer, store::Reader};
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
};

/// How many requirements a search gives unless it says otherwise.
const FOUND: usize = 50;
/// Bounds of a framework: beyond them no checklist can be answered by people.
const MOST_REQUIREMENTS: usize = 20_000;

/// A framework by id and edition; "" is the lead framework, an empty edition the built-in one or the newest.
pub(crate) async fn get(reader: &mut Reader<'_>, id: &str, edition: &str) -> Result<Cow<'static, Framework>, Fault> {
    let id = if id.is_empty() { content::LEAD } else { id };
    if let Some(found) = reader.framework(id, edition).await? {
        return Ok(found);
    }
    Err(match edition {
        "" => Fault::invalid_field("framework", t!("rule.framework_unknown", id = id)),
        _ if reader.framework(id, "").await?.is_none() => {
            Fault::invalid_field("framework", t!("rule.framework_unknown", id = id))
        }
        _ => Fault::invalid_field("edition", t!("framework.no_edition", id = id, edition = edition)),
    })
}

/// The framework that an assessment answers.
pub(crate) async fn of(reader: &mut Reader<'_>, assessment: &Assessment) -> Result<Cow<'static, Framework>, Fault> {
    get(reader, &assessment.framework, &assessment.edition).await
}

impl Reads for GetFramework {
    async fn read(self, vault: &mut Vault) -> Result<Framework, Fault> {
        let mut reader = vault.read().await?;
        get(&mut reader, &self.id, &self.edition).await.map(Cow::into_owned)
    }
}

impl Reads for GetTemplates {
    async fn read(self, _: &mut Vault) -> Result<Templates, Fault> {
        Ok(content::TEMPLATES.clone())
    }
}

fn line(framework: &Framework) -> FrameworkLine {
    let about = &framework.framework;
    let touches = |l: &&Link| l.from_framework == about.id || l.to_framework == about.id;
    FrameworkLine {
        id: about.id.clone(),
        edition: about.edition.clone(),
        title: about.title.clone(),
        short_title: about.short_title.clone(),
        publisher: about.publisher.clone(),
        kind: about.kind.clone(),
        own: false,
        requirements: framework.requirements.len(),
        assessments: 0,
        links: content::links().iter().filter(touches).count(),
    }
}

impl Reads for ListFrameworks {
    async fn read(self, vault: &mut Vault) -> Result<Vec<FrameworkLine>, Fault> {
        let mut reader = vault.read().await?;
        let mut lines: Vec<FrameworkLine> = content::frameworks().map(line).collect();
        // Editions of earlier programs that assessments still answer.
        for (id, edition) in reader.kept_editions().await? {
            let present = content::framework(&id).is_some_and(|f| f.framework.edition == edition);
            if !present && let Some(kept) = reader.framework(&id, &edition).await? {
                lines.push(line(&kept));
            }
        }
        lines.extend(reader.own_frameworks().await?);
        for line in &mut lines {
            let mut count = reader.answering(&line.id, &line.edition, true).await?;
            if content::framework(&line.id).is_some_and(|f| f.framework.edition == line.edition) {
                // Assessments of before the second form do not say their edition.
                count += reader.answering_any(&line.id).await?;
            }
            line.assessments = count;
        }
        Ok(lines)
    }
}

/// Whether all words occur in what people read of a requirement, or in the other names under which it is known.
fn holds(framework: &Framework, requirement: &Requirement, words: &[String]) -> bool {
    let group = framework.group(&requirement.group).map(|g| g.title.as_str()).unwrap_or_default();
    let all = [
        &requirement.id,
        &requirement.title,
        &requirement.question,
        &requirement.guidance,
        &requirement.weak,
        &requirement.names.join("\n"),
        &requirement.evidence.join("\n"),
    ];
    let text = all.iter().map(|s| s.to_lowercase()).chain([group.to_lowercase()]).collect::<Vec<_>>().join("\n");
    words.iter().all(|w| text.contains(w.as_str()))
}

/// How well a requirement fits: its name or another name of it before its other words.
fn rank(requirement: &Requirement, text: &str) -> u8 {
    let is = |s: &str| s.to_lowercase() == text;
    let has = |s: &str| s.to_lowercase().contains(text);
    if is(&requirement.id) {
        0
    } else if is(&requirement.title) || requirement.names.iter().any(|n| is(n)) {
        1
    } else if has(&requirement.title) || requirement.names.iter().any(|n| has(n)) {
        2
    } else {
        3
    }
}

impl Reads for FindRequirements {
    async fn read(self, vault: &mut Vault) -> Result<Vec<RequirementHit>, Fault> {
        let mut reader = vault.read().await?;
        find(&mut reader, &self.text, if self.limit == 0 { FOUND } else { self.limit }).await
    }
}

/// The requirements of all frameworks that hold all words, the best fit first.
pub(crate) async fn find(reader: &mut Reader<'_>, text: &str, limit: usize) -> Result<Vec<RequirementHit>, Fault> {
    let text = text.trim().to_lowercase();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<(u8, RequirementHit)> = Vec::new();
    let mut look = |framework: &Framework, edition: &str| {
        for requirement in framework.requirements.iter().filter(|r| holds(framework, r, &words)) {
            let hit = RequirementHit {
                framework: framework.framework.id.clone(),
                edition: edition.to_owned(),
                short_title: framework.framework.short_title.clone(),
                id: requirement.id.clone(),
                title: requirement.title.clone(),
                question: requirement.question.clone(),
            };
            found.push((rank(requirement, &text), hit));
        }
    };
    content::frameworks().for_each(|f| look(f, ""));
    let mut seen = HashSet::new();
    for own in reader.own_frameworks().await? {
        // Only the newest edition of each.
        if seen.insert(own.id.clone())
            && let Some(framework) = reader.framework(&own.id, &own.edition).await?
        {
            look(&framework, &own.edition);
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found.into_iter().map(|(_, hit)| hit).take(limit).collect())
}

/// The title of a guideline or requirement.
fn title(framework: &str, place: &str) -> String {
    let Some(framework) = content::framework(framework) else { return String::new() };
    framework
        .requirement(place)
        .map(|r| r.title.clone())
        .or_else(|| framework.group(place).map(|g| g.title.clone()))
        .unwrap_or_default()
}

fn shown(link: &Link) -> LinkLine {
    LinkLine {
        from_framework: link.from_framework.clone(),
        from: link.from.clone(),
        from_title: title(&link.from_framework, &link.from),
        to_framework: link.to_framework.clone(),
        to: link.to.clone(),
        to_title: title(&link.to_framework, &link.to),
        strength: link.strength,
        source: link.source.clone(),
        note: link.note.clone(),
    }
}

impl Reads for GetCrosswalk {
    async fn read(self, _: &mut Vault) -> Result<CrosswalkView, Fault> {
        let from = lead_or(&self.from)?;
        let others: BTreeSet<&str> = content::links()
            .iter()
            .filter(|l| l.from_framework == from.framework.id)
            .map(|l| l.to_framework.as_str())
            .collect();
        // In the order of the frameworks' own list.
        let others: Vec<&Framework> =
            content::frameworks().filter(|f| others.contains(f.framework.id.as_str())).collect();
        let to = if self.to.is_empty() { others.first().copied().unwrap_or(from) } else { lead_or(&self.to)? };
        let links: Vec<&Link> = content::links()
            .iter()
            .filter(|l| l.from_framework == from.framework.id && l.to_framework == to.framework.id)
            .collect();
        let reached: HashSet<&str> = links.iter().map(|l| l.to.as_str()).collect();
        let places: HashSet<&str> = links.iter().map(|l| l.from.as_str()).collect();
        // Guidelines are shown whether or not a link leads from them: an empty row is honest.
        let by_group = from.groups.iter().any(|g| places.contains(g.id.as_str())) || places.is_empty();
        let rows = if by_group {
            from.groups
                .iter()
                .filter(|g| from.of(&g.id).next().is_some())
                .map(|g| (g.id.clone(), g.title.clone()))
                .collect()
        } else {
            from.requirements.iter().map(|r| (r.id.clone(), r.title.clone())).collect()
        };
        let columns = to
            .groups
            .iter()
            .map(|g| (g.title.clone(), to.of(&g.id).map(|r| (r.id.clone(), r.title.clone())).collect::<Vec<_>>()))
            .filter(|(_, requirements)| !requirements.is_empty())
            .collect();
        let walk = content::CROSSWALKS
            .iter()
            .find(|c| c.crosswalk.from == from.framework.id && c.rows.iter().any(|r| r.to == to.framework.id));
        let unreached =
            to.requirements.iter().map(|r| r.id.clone()).filter(|id| !reached.contains(id.as_str())).collect();
        Ok(CrosswalkView {
            from: line(from),
            to: line(to),
            rows,
            columns,
            links: links.into_iter().map(shown).collect(),
            unreached,
            source: walk.map(|w| w.crosswalk.source.clone()).unwrap_or_default(),
            note: walk.map(|w| w.crosswalk.note.clone()).unwrap_or_default(),
            others: others.into_iter().map(line).collect(),
        })
    }
}

fn lead_or(id: &str) -> Result<&'static Framework, Fault> {
    let id = if id.is_empty() { content::LEAD } else { id };
    content::framework(id).ok_or_else(|| Fault::invalid_field("framework", t!("rule.framework_unknown", id = id)))
}

impl Reads for GetLinks {
    async fn read(self, _: &mut Vault) -> Result<Vec<LinkLine>, Fault> {
        let group = content::framework(&self.framework)
            .and_then(|f| f.requirement(&self.requirement))
            .map(|r| r.group.as_str());
        let here = |framework: &str, place: &str| {
            framework == self.framework && (place == self.requirement || Some(place) == group)
        };
        let touches = |l: &&Link| here(&l.from_framework, &l.from) || here(&l.to_framework, &l.to);
        let mut links: Vec<LinkLine> = content::links().iter().filter(touches).map(shown).collect();
        links.sort_by_key(|l| l.strength);
        Ok(links)
    }
}

impl Reads for CompareEditions {
    async fn read(self, vault: &mut Vault) -> Result<EditionReport, Fault> {
        let mut reader = vault.read().await?;
        let from = get(&mut reader, &self.id, &self.from).await?;
        let to = get(&mut reader, &self.id, &self.to).await?;
        Ok(editions(&from, &to))
    }
}

/// What changed between two editions.
pub(crate) fn editions(from: &Framework, to: &Framework) -> EditionReport {
    let mut report = EditionReport::default();
    let name = |r: &Requirement| (r.id.clone(), r.title.clone());
    for requirement in &to.requirements {
        match from.requirement(&requirement.id) {
            None => report.added.push(name(requirement)),
            Some(before) if reworded(before, requirement) => report.changed.push(name(requirement)),
            Some(_) => report.same += 1,
        }
    }
    report.removed = from.requirements.iter().filter(|r| to.requirement(&r.id).is_none()).map(name).collect();
    report
}

/// Whether a requirement asks something else than it did: examples and names do not count.
pub(crate) fn reworded(before: &Requirement, after: &Requirement) -> bool {
    let asks = |r: &Requirement| (r.question.clone(), r.title.clone(), r.group.clone(), r.asks.clone(), r.when.clone());
    asks(before) != asks(after)
}

impl Changes for SaveFramework {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<FrameworkLine>, Fault> {
        let (framework, event) = writer.keep_framework(self.framework, self.replace).await?;
        Ok(Audited::new(FrameworkLine { own: true, ..line(&framework) }, event))
    }
}

/// Tidies a framework of the board's own and holds what keeping it asks for.
///
/// # Errors
/// It cannot be answered; its id is a built-in one's; its edition is there or in use.
pub(crate) async fn may_keep(desk: &mut Desk<'_>, framework: &mut Framework, replace: bool) -> Result<(), Fault> {
    tidy(framework);
    check(framework)?;
    let (id, edition) = (framework.framework.id.clone(), framework.framework.edition.clone());
    if content::frameworks().any(|f| f.framework.id.eq_ignore_ascii_case(&id)) {
        return Err(Fault::invalid_field("id", t!("framework.built_in", id = id)));
    }
    let there = desk.read().own_frameworks().await?.into_iter().any(|l| l.id == id && l.edition == edition);
    if there && !replace {
        return Err(Fault::invalid_field("edition", t!("framework.there", id = id, edition = edition)));
    }
    if there && desk.read().answering(&id, &edition, false).await? > 0 {
        return Err(Fault::invalid_field("edition", t!("framework.in_use", edition = edition)));
    }
    Ok(())
}

impl Changes for RemoveFramework {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<()>, Fault> {
        let event = writer.remove_framework(&self.id, &self.edition).await?;
        let missing =
            || Fault::invalid_field("edition", t!("framework.no_edition", id = self.id, edition = self.edition));
        event.map(|e| Audited::new((), e)).ok_or_else(missing)
    }
}

/// An edition goes only if it is the board's own and nothing answers it.
///
/// # Errors
/// It is built in, or in use.
pub(crate) async fn may_remove(desk: &mut Desk<'_>, id: &str, edition: &str) -> Result<(), Fault> {
    if content::framework(id).is_some() {
        return Err(Fault::invalid_field("id", t!("framework.built_in_stays", id = id)));
    }
    let used = desk.read().answering(id, edition, false).await?;
    if used > 0 {
        return Err(Fault::bad_request(t!("framework.removed_in_use", count = used)));
    }
    Ok(())
}

/// Trims what people type, and gives a framework without groups one.
pub(crate) fn tidy(framework: &mut Framework) {
    if framework.groups.is_empty() && framework.requirements.iter().all(|r| r.group.is_empty()) {
        let title = t!("framework.all");
        framework.groups.push(Group { id: "all".into(), short_title: title.clone(), title, ..Group::default() });
        framework.requirements.iter_mut().for_each(|r| r.group = "all".into());
    }
    let about = &mut framework.framework;
    for text in [&mut about.id, &mut about.edition, &mut about.title, &mut about.short_title] {
        *text = text.trim().to_owned();
    }
    if about.short_title.is_empty() {
        about.short_title.clone_from(&about.title);
    }
    if about.kind.is_empty() {
        about.kind = "checklist".into();
    }
    for requirement in &mut framework.requirements {
        requirement.id = requirement.id.trim().to_owned();
    }
}

/// Holds what makes a framework answerable.
///
/// # Errors
/// A fault that names what is missing or occurs twice.
pub(crate) fn check(framework: &Framework) -> Result<(), Fault> {
    let about = &framework.framework;
    let mut faults = Vec::new();
    let mut fault = |field: &str, sentence: String| faults.push(FieldFault::new(field, sentence));
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if about.id.is_empty() || about.id.len() > 80 || !about.id.chars().all(named) {
        fault("id", t!("framework.bad_id"));
    }
    if about.title.is_empty() {
        fault("title", t!("rule.required", field = t!("field.title")));
    }
    if about.edition.is_empty() || about.edition.len() > 80 || about.edition.chars().any(hidden) {
        fault("edition", t!("framework.bad_edition"));
    }
    for id in std::iter::once(&about.id).chain(framework.requirements.iter().map(|r| &r.id)) {
        if id.chars().any(hidden) {
            fault("requirements", t!("framework.hidden_id", id = short(id)));
        }
    }
    let texts = framework.requirements.iter().flat_map(|r| [&r.title, &r.question, &r.guidance, &r.weak]);
    if [&about.title, &about.edition, &about.publisher, &about.note]
        .into_iter()
        .chain(texts)
        .any(|t| t.len() > FIELD_LIMIT)
    {
        fault("requirements", t!("framework.too_long"));
    }
    for r in framework.requirements.iter().filter(|r| !replies_hold(framework, r)) {
        fault("requirements", t!("framework.bad_choices", id = short(&r.id)));
    }
    let kinds = ["yes_no", "choice", "number", "text"];
    for r in
        framework.requirements.iter().filter(|r| r.asks.as_ref().is_some_and(|a| !kinds.contains(&a.kind.as_str())))
    {
        fault("requirements", t!("framework.bad_reply", id = r.id));
    }
    if framework.requirements.is_empty() {
        fault("requirements", t!("framework.empty"));
    }
    if framework.requirements.len() > MOST_REQUIREMENTS {
        fault("requirements", t!("framework.too_many", most = MOST_REQUIREMENTS));
    }
    let mut groups = HashSet::new();
    for group in &framework.groups {
        if group.id.is_empty() || !groups.insert(group.id.as_str()) {
            fault("groups", t!("framework.twice", id = group.id));
        }
    }
    for group in framework.groups.iter().filter(|g| !g.parent.is_empty()) {
        let parent = framework.group(&group.parent);
        if parent.is_none_or(|p| !p.parent.is_empty() || p.id == group.id) {
            fault("groups", t!("framework.no_parent", id = group.id, parent = group.parent));
        }
    }
    let mut ids = HashSet::new();
    for r in &framework.requirements {
        if r.id.is_empty() || r.id.len() > 120 || r.id.chars().any(char::is_control) || !ids.insert(r.id.as_str()) {
            fault("requirements", t!("framework.twice", id = short(&r.id)));
        }
        if !groups.contains(r.group.as_str()) {
            fault("requirements", t!("framework.no_group", id = r.id, group = r.group));
        }
        if r.title.trim().is_empty() && r.question.trim().is_empty() {
            fault("requirements", t!("framework.no_words", id = r.id));
        }
        // A condition on a conditional question could close a circle in which nothing is ever asked.
        let other = r.when.as_ref().map(|w| framework.requirement(&w.requirement));
        if other.is_some_and(|other| other.is_none_or(|o| o.id == r.id || o.when.is_some())) {
            fault("requirements", t!("framework.no_condition", id = r.id));
        }
    }
    faults.truncate(20);
    if faults.is_empty() { Ok(()) } else { Err(Fault::invalid(faults)) }
}

/// Whether a typed question can be answered, and its condition can ever hold: one that cannot would vanish from every figure.
fn replies_hold(framework: &Framework, requirement: &Requirement) -> bool {
    let results = ["met", "partly", "not_met", "not_applicable"];
    let asks = requirement.asks.as_ref().is_none_or(|asks| {
        let mut values = HashSet::new();
        let choices = asks.choices.iter().all(|c| {
            !c.value.is_empty()
                && values.insert(&c.value)
                && (c.result.is_empty() || results[..3].contains(&c.result.as_str()))
        });
        let numbers = [asks.min, asks.max, asks.met_from, asks.met_to, asks.partly_from, asks.partly_to];
        let bounds = asks.min.is_none_or(|min| asks.max.is_none_or(|max| min <= max));
        choices
            && (asks.kind != "choice" || !asks.choices.is_empty())
            && bounds
            && numbers.into_iter().flatten().all(f64::is_finite)
    });
    let when = requirement.when.as_ref().is_none_or(|when| {
        let other = framework.requirement(&when.requirement).and_then(|r| r.asks.as_ref());
        let known =
            |w: &String| results.contains(&w.as_str()) || other.is_some_and(|a| a.kind == "text" || a.judge(w).is_ok());
        !when.is.is_empty() && when.is.iter().all(known)
    });
    asks && when
}

/// The beginning of an id that may be of any length.
fn short(id: &str) -> String {
    if id.chars().count() <= 40 { id.to_owned() } else { id.chars().take(40).chain(['…']).collect() }
}
