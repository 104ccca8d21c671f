use super::sample::dossier;
use crate::content::{Profile, pack};
use conclave_domain::{
    answer::{Answer, Result},
    call::assess::ApplicabilityLine,
    content::{self, LEAD},
};
use std::ops::ControlFlow;
#[test]
fn print() {
    for profile in Profile::ALL {
        let mut d = dossier(profile);
        let f = content::framework(LEAD).unwrap().clone();
        let gdpr = content::frameworks().find(|f| f.framework.id.starts_with("gdpr")).unwrap().clone();
        let a = &mut d.systems[0].assessments[0];
        a.assessment.framework = f.framework.id.clone();
        let s = a.statement.as_mut().unwrap();
        s.framework = f.framework.title.clone();
        s.edition = f.framework.edition.clone();
        s.lines = f
            .requirements
            .iter()
            .enumerate()
            .map(|(n, r)| ApplicabilityLine {
                requirement: r.id.clone(),
                title: r.title.clone(),
                group: f.group(&r.group).unwrap().title.clone(),
                applies: n % 7 != 3,
                inclusion: if n % 3 == 0 {
                    "The system is reached from the internet and reads files that applicants send".into()
                } else {
                    String::new()
                },
                exclusion: if n % 14 == 3 {
                    "The model is bought as a service; its training is the vendor's".into()
                } else {
                    String::new()
                },
                result: if n % 7 == 3 { "not_applicable" } else { ["met", "partly", "not_met", "not_assessed"][n % 4] }
                    .into(),
                progress: ["done", "in_progress", "not_started", ""][n % 4].into(),
                evidence: if n % 4 == 0 {
                    vec![
                        "EVD-0012 Threat model of the hiring screener 2026".into(),
                        "https://wiki.example.org/security/threat-model/2026".into(),
                    ]
                } else {
                    vec![]
                },
                owner: ["Barbara Liskov", "Ada Lovelace", ""][n % 3].into(),
                changed_on: "2026-10-01".parse().ok(),
                due_on: if n % 5 == 0 { "2026-10-31".parse().ok() } else { None },
            })
            .collect();
        a.answers.clear();
        a.gaps.clear();
        a.answers.insert(
            "1.1.a".into(),
            Answer {
                requirement: "1.1.a".into(),
                result: Result::Partly,
                comment: "Half".into(),
                observation: "Attendance lists end in March; the two newest members were not trained.".into(),
                ..Answer::default()
            },
        );
        let mut second = a.clone();
        second.assessment.framework = gdpr.framework.id.clone();
        second.assessment.title = "GDPR".into();
        second.statement = None;
        second.baselines.clear();
        second.answers.clear();
        d.systems[0].assessments.push(second);
        d.frameworks.push(f);
        d.frameworks.push(gdpr);
        d.systems[0].findings.iter_mut().for_each(|(_, f)| f.description = "Between 20:00 and 06:00 nobody is named who may stop the model. The on-call list of the platform team does not cover it, and the runbook names a person who left in May.".into());
        d.systems[0].gates[2].needs[0].requirements =
            (0..113).map(|n| format!("2.{}.{}", n % 9, (b'a' + (n % 20) as u8) as char)).collect();
        d.systems.truncate(1);
        let built = crate::build(&pack(&d), None, &mut |_, _| ControlFlow::Continue(())).unwrap();
        std::fs::write(format!("/tmp/eyes-{}.pdf", profile.name()), &built.bytes).unwrap();
    }
}
