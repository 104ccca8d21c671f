//! The changes about evidence and reviews that are interrupted.

use conclave_domain::call::assess::OpenAssessment;
use conclave_domain::call::evidence::AddEvidence;
use conclave_domain::call::sign::ReviewAnswers;

use crate::found::{ADA, BEN, BENS, switching};
use crate::operations::{Plan, Worker, one};
use crate::outside::content;
use crate::state::{ASSESSMENT, Facts, UNREVIEWED, sizes};

/// One small chunk of evidence.
const SMALL: u64 = 98_400;
/// Two chunks, of which the first has 4 MiB.
const LARGE: u64 = (4 << 20) + 8_300;

impl Worker {
    /// Some evidence that is there.
    fn some_evidence(&mut self) -> Option<String> {
        let at = self.dice.below(self.state.evidence.len().max(1));
        self.state.evidence.keys().nth(at).cloned()
    }

    /// A size that hardly another upload has. All of a sort take the same number of pages on a disk.
    fn size(&mut self) -> u64 {
        let large = self.large > 0 && self.dice.below(self.large) == 0;
        (if large { LARGE } else { SMALL }) + self.dice.any() % 3_800
    }

    /// Uploads a file of this size, with the same content as every other of this size. It is written now, not while the disk is
    /// full.
    fn uploading(&mut self, facts: Facts, title: String, size: u64, add: AddEvidence) -> Option<Plan> {
        self.count += 1;
        let path = self.files.join(format!("{}-{}.upload", self.run, self.count));
        std::fs::write(&path, content(size)).ok()?;
        let call = AddEvidence { path: path.display().to_string(), ..add };
        let plan = Plan::new(facts, |app| Box::pin(async move { app.send(call).await.map(|_| Facts::new()) }));
        plan.map(|plan| plan.telling(|attempt| attempt.upload = Some((title, size, path))))
    }
}

/// New evidence; now and then with a content that is there already, which is then kept once.
pub fn upload(worker: &mut Worker) -> Option<Plan> {
    let known = worker.some_evidence().filter(|_| worker.dice.below(4) == 0);
    let known = known.and_then(|title| worker.state.evidence.get(&title)?.versions.last().map(|(size, _)| *size));
    let size = known.unwrap_or_else(|| worker.size());
    let title = worker.fresh("Report");
    let body = serde_json::Map::from_iter([("title".to_owned(), title.clone().into())]);
    let call = AddEvidence { id: None, revision: 0, path: String::new(), body };
    worker.uploading(one(format!("evidence {title}"), size.to_string()), title, size, call)
}

/// A newer version of evidence that is there.
pub fn version(worker: &mut Worker) -> Option<Plan> {
    let (title, size) = (worker.some_evidence()?, worker.size());
    let held = worker.state.evidence.get(&title)?;
    let all = sizes(held.versions.iter().map(|(size, _)| *size).chain([size]));
    let call =
        AddEvidence { id: Some(held.id), revision: held.revision, path: String::new(), body: serde_json::Map::new() };
    worker.uploading(one(format!("evidence {title}"), all), title, size, call)
}

/// Ben takes over, signs an answer of Ada's as reviewed, and gives way to her again.
pub fn review(worker: &mut Worker) -> Option<Plan> {
    let open = worker.state.facts.iter().filter(|(_, by)| *by == UNREVIEWED);
    let open: Vec<String> = open.filter_map(|(key, _)| key.strip_prefix("reviewed ").map(str::to_owned)).collect();
    let requirement = open.get(worker.dice.below(open.len().max(1)))?.clone();
    let ada = worker.passphrase;
    Plan::new(one(format!("reviewed {requirement}"), BEN.to_owned()), move |app| {
        Box::pin(async move {
            let assessment = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?.head.id;
            app.send(switching(BEN, BENS)).await?;
            let reviewed = app.send(ReviewAnswers { assessment, requirements: vec![requirement] }).await;
            app.send(switching(ADA, ada)).await?;
            reviewed.map(|_| Facts::new())
        })
    })
}
