//! Changes of assessments and frameworks that are interrupted: many answers at once, a baseline, a framework of one's own.

use conclave_domain::{
    answer::Result as Outcome,
    call::{
        assess::{AnswerPatch, OpenAssessment, SetAnswers},
        framework::SaveFramework,
        over_time::FreezeAssessment,
    },
    framework::{About, Framework, Group, Requirement},
};

use crate::operations::{Plan, Worker, one};
use crate::state::{ASSESSMENT, Facts, UNREVIEWED};

/// The same comment on twelve answers: all of them, or none.
pub fn many(worker: &mut Worker) -> Option<Plan> {
    let comment = worker.fresh("comment on many");
    let framework = conclave_domain::content::framework("ncsc-cisa-2023")?;
    let requirements: Vec<String> = framework.requirements.iter().take(12).map(|r| r.id.clone()).collect();
    let mut facts = Facts::new();
    for requirement in &requirements {
        facts.insert(format!("answer {requirement}"), comment.clone());
        facts.insert(format!("reviewed {requirement}"), UNREVIEWED.to_owned());
    }
    Plan::new(facts, |app| {
        Box::pin(async move {
            let assessment = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?.head.id;
            let set = AnswerPatch { comment: Some(comment), result: Some(Outcome::Partly), ..AnswerPatch::default() };
            app.send(SetAnswers { assessment, requirements, set }).await?;
            Ok(Facts::new())
        })
    })
}

/// A baseline with its hash.
pub fn baseline(worker: &mut Worker) -> Option<Plan> {
    let title = worker.fresh("Baseline");
    Plan::new(one(format!("baseline {title}"), "sound".into()), |app| {
        Box::pin(async move {
            let assessment = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?.head.id;
            app.send(FreezeAssessment { assessment, title }).await?;
            Ok(Facts::new())
        })
    })
}

/// An edition of a framework.
pub fn framework(worker: &mut Worker) -> Option<Plan> {
    let edition = worker.fresh("edition").replace(' ', "-");
    Plan::new(one(format!("framework {edition}"), "40 requirements".into()), |app| {
        Box::pin(async move {
            app.send(SaveFramework { framework: house_rules(edition), replace: false }).await?;
            Ok(Facts::new())
        })
    })
}

fn house_rules(edition: String) -> Framework {
    let requirement = |n: usize| Requirement {
        id: format!("H{n}"),
        group: "H".into(),
        title: format!("Rule {n}"),
        question: "Is this rule of the house kept, and what shows it?".into(),
        ..Requirement::default()
    };
    Framework {
        framework: About { id: "house-rules".into(), title: "House rules".into(), edition, ..About::default() },
        groups: vec![Group { id: "H".into(), title: "House".into(), ..Group::default() }],
        requirements: (1..=40).map(requirement).collect(),
    }
}
