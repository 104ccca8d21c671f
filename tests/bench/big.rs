//! A vault as a large organisation has it after years: 10,000 systems, 50,000 risks, 1,000,000 answers, 200,000 entries.

use chrono::Utc;
use conclave_domain::{
    call::Call,
    content,
    noun::{Assessment, Body, Risk, System, risk::Rating},
    time::Now,
};
use conclave_vault::{Audited, How, NewVaultSpec, Unruled, Vault, chosen_passphrase};
use std::path::{Path, PathBuf};
use uuid::Uuid;

pub const WORDS: &str = "violet harbour counts nine lanterns";
const SYSTEMS: usize = 10_000;
const RISKS: usize = 50_000;
const ASSESSMENTS: usize = 8_850;
const ENTRIES: u64 = 200_000;

const TOPICS: [&str; 12] = [
    "hiring",
    "credit",
    "triage",
    "fraud",
    "maintenance",
    "forecast",
    "translation",
    "moderation",
    "routing",
    "pricing",
    "search",
    "imaging",
];

pub async fn build(dir: &Path) -> PathBuf {
    let folder = dir.join("large.conclave");
    let chosen = chosen_passphrase(WORDS, &[]).unwrap();
    let spec = NewVaultSpec { folder: &folder, organisation: "Large", member: "Ada", passphrase: &chosen };
    let (mut vault, _) = Vault::create(spec, &Now::utc(Utc::now())).await.unwrap();
    let ids: Vec<Uuid> = (0..SYSTEMS).map(|_| Uuid::now_v7()).collect();
    write(&mut vault, ids.iter().enumerate().map(|(n, id)| (*id, system(n))).collect()).await;
    write(&mut vault, (0..RISKS).map(|n| (Uuid::now_v7(), risk(n, ids[n % SYSTEMS]))).collect()).await;
    write(&mut vault, (0..ASSESSMENTS).map(|n| (Uuid::now_v7(), assessment(n, ids[n]))).collect()).await;
    let framework = &content::NCSC_CISA;
    let requirements: Vec<String> = framework.requirements.iter().map(|r| r.id.clone()).collect();
    let stages: Vec<String> = framework.stages().map(|s| s.id.clone()).collect();
    let answers = vault.fill_answers(&requirements, &stages).await.unwrap();
    assert!(answers >= 1_000_000, "{answers} answers");
    vault.fill_journal(ENTRIES).await.unwrap();
    vault.close().await;
    folder
}

async fn write(vault: &mut Vault, bodies: Vec<(Uuid, Body)>) {
    for some in bodies.chunks(5_000) {
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let mut writer = transaction.writer();
        let mut events = Vec::new();
        for (id, body) in some {
            events.extend(writer.create(*id, body.clone(), How::Form).await.unwrap().1);
        }
        drop(writer);
        transaction
            .commit(conclave_domain::call::record::SaveRecord::NAME, Audited::all((), events).unwrap())
            .await
            .unwrap();
    }
}

fn system(n: usize) -> Body {
    let topic = TOPICS[n % TOPICS.len()];
    let stages = ["design", "development", "deployment", "operation", "retired"];
    let classes = ["high", "minimal", "transparency", "undetermined"];
    Body::System(System {
        name: format!("{topic} model {n}"),
        organisation: format!("Department {}", n % 60),
        owner: format!("Owner {}", n % 400),
        stage: stages[n % 5].into(),
        risk_class: classes[n % 4].into(),
        purpose: format!(
            "Supports {topic} decisions of team {} with a score that a person reviews before anything happens.",
            n % 97
        ),
        ..System::default()
    })
}

fn risk(n: usize, subject: Uuid) -> Body {
    let rating = |seed: usize| Rating {
        likelihood: u8::try_from(seed % 5 + 1).unwrap(),
        impact: u8::try_from(seed / 5 % 5 + 1).unwrap(),
        rationale: "Seen in a comparable system.".into(),
    };
    Body::Risk(Risk {
        title: format!("{} misuse {n}", TOPICS[n % TOPICS.len()]),
        subject: Some(subject),
        owner: format!("Owner {}", n % 400),
        category: ["security", "privacy", "fairness", "safety"][n % 4].into(),
        cause: "inputs are not checked".into(),
        event: "somebody steers the model".into(),
        consequence: "wrong decisions reach customers".into(),
        inherent: rating(n % 25),
        review_on: chrono::NaiveDate::from_ymd_opt(2026, u32::try_from(n % 12 + 1).unwrap(), 1),
        ..Risk::default()
    })
}

fn assessment(n: usize, subject: Uuid) -> Body {
    Body::Assessment(Assessment {
        title: format!("Assessment {n}"),
        subject: Some(subject),
        framework: content::NCSC_CISA.framework.id.clone(),
        owner: format!("Owner {}", n % 400),
        ..Assessment::default()
    })
}
