//! What tests of assessments share: making one, setting many answers, looking at it.

use super::Place;
use conclave_domain::{
    answer::Result as Outcome,
    call::{
        assess::{AnswerPatch, AssessmentView, OpenAssessment, SetAnswers},
        journal::CheckVault,
    },
    content,
    framework::{About, Framework, Group, Requirement},
    noun::{Assessment, Body},
};
use uuid::Uuid;

impl Place {
    pub async fn assess(&self, system: Uuid, framework: &str) -> Uuid {
        let body = Assessment {
            title: format!("{framework} of the system"),
            subject: Some(system),
            framework: framework.into(),
            ..Assessment::default()
        };
        self.save(Body::Assessment(body)).await.unwrap().head.id
    }

    pub async fn set(&self, assessment: Uuid, requirements: Vec<String>, set: AnswerPatch) -> u64 {
        self.app.send(SetAnswers { assessment, requirements, set }).await.unwrap().entry
    }

    /// Every requirement of a framework as met.
    pub async fn meet(&self, assessment: Uuid, framework: &str) {
        let ids = content::framework(framework).unwrap().requirements.iter().map(|r| r.id.clone()).collect();
        let set = AnswerPatch {
            result: Some(Outcome::Met),
            reason: Some("Shown in the audit".into()),
            ..AnswerPatch::default()
        };
        self.set(assessment, ids, set).await;
    }

    pub async fn view(&self, assessment: Uuid) -> AssessmentView {
        self.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap()
    }

    pub async fn sound(&self) {
        let verdict = self.app.send(CheckVault {}).await.unwrap();
        assert_eq!(verdict.faults, Vec::<String>::new());
    }
}

/// A framework of the house with these requirements: id and question.
pub fn own(edition: &str, requirements: &[(&str, &str)]) -> Framework {
    let about =
        About { id: "house-rules".into(), title: "House rules".into(), edition: edition.into(), ..About::default() };
    let group = Group { id: "A".into(), title: "All".into(), ..Group::default() };
    let requirement = |(id, question): &(&str, &str)| Requirement {
        id: (*id).into(),
        group: "A".into(),
        title: format!("Rule {id}"),
        question: (*question).into(),
        ..Requirement::default()
    };
    Framework { framework: about, groups: vec![group], requirements: requirements.iter().map(requirement).collect() }
}
