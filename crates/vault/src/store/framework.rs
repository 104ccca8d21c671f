//! Frameworks in the vault: those of the board's own, and copies of built-in ones as they were when first used. An edition
//! that an assessment answers does not change.

use super::Reader;
use crate::{audit::Event, crypto::sha256, error::VaultError, time::micros, writer::Writer};
use conclave_domain::{call::framework::FrameworkLine, framework::Framework};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// The id under which the journal speaks of an edition: made from its names, so that it is the same in every vault.
pub(crate) fn subject(id: &str, edition: &str) -> Uuid {
    let hash = sha256(&[b"conclave framework", &[0], id.as_bytes(), &[0], edition.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A built-in framework's content as the catalogue keeps it, with its hash.
fn spelled(framework: &Framework) -> Result<(String, [u8; 32]), VaultError> {
    let body = serde_json::to_string(framework)?;
    let hash = sha256(&[body.as_bytes()]);
    Ok((body, hash))
}

/// The hash of a built-in framework as this program has it, worked out once.
fn built_in_hash(framework: &'static Framework) -> Result<[u8; 32], VaultError> {
    static KNOWN: Mutex<BTreeMap<String, [u8; 32]>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(hash) = known.get(&framework.framework.id) {
        return Ok(*hash);
    }
    let (_, hash) = spelled(framework)?;
    known.insert(framework.framework.id.clone(), hash);
    Ok(hash)
}

impl Reader<'_> {
    /// A framework by id and edition. An edition that the vault holds is read from the vault's copy, so that a question which
    /// the program words otherwise by now never appears under an old answer. Without an edition it is the built-in one, or the
    /// vault's newest. `None` if there is none.
    ///
    /// # Errors
    /// The database refused; the content does not read.
    pub async fn framework(&mut self, id: &str, edition: &str) -> Result<Option<Cow<'static, Framework>>, VaultError> {
        let id = if id.is_empty() { conclave_domain::content::LEAD } else { id };
        let built_in = conclave_domain::content::framework(id);
        if let Some(framework) = built_in.filter(|_| edition.is_empty()) {
            return Ok(Some(Cow::Borrowed(framework)));
        }
        if !edition.is_empty() {
            let row = sqlx::query!("SELECT sha256 FROM catalogue WHERE id = ? AND edition = ?", id, edition)
                .fetch_optional(&mut *self.db)
                .await?;
            match (row, built_in) {
                (None, Some(framework)) if framework.framework.edition == edition => {
                    return Ok(Some(Cow::Borrowed(framework)));
                }
                (None, _) => return Ok(None),
                // The copy says what the program says, and need not be read.
                (Some(row), Some(framework)) if row.sha256 == built_in_hash(framework)? => {
                    return Ok(Some(Cow::Borrowed(framework)));
                }
                _ => {}
            }
        }
        let row = sqlx::query!(
            "SELECT body FROM catalogue WHERE id = ? AND (? = '' OR edition = ?) ORDER BY saved_at DESC LIMIT 1",
            id,
            edition,
            edition
        )
        .fetch_optional(&mut *self.db)
        .await?;
        Ok(row.map(|r| serde_json::from_str(&r.body)).transpose()?.map(Cow::Owned))
    }

    /// The editions of built-in frameworks that the vault holds: id and edition.
    ///
    /// # Errors
    /// The database refused.
    pub async fn kept_editions(&mut self) -> Result<Vec<(String, String)>, VaultError> {
        let rows = sqlx::query!("SELECT id, edition FROM catalogue WHERE own = 0 ORDER BY id, edition")
            .fetch_all(&mut *self.db)
            .await?;
        Ok(rows.into_iter().map(|r| (r.id, r.edition)).collect())
    }

    /// The frameworks of the vault, the newest edition of each first. Links and assessments are not counted here.
    ///
    /// # Errors
    /// The database refused.
    pub async fn own_frameworks(&mut self) -> Result<Vec<FrameworkLine>, VaultError> {
        let rows = sqlx::query!(
            "SELECT id, edition, title, short_title, publisher, kind, requirements FROM catalogue WHERE own = 1
             ORDER BY title COLLATE NOCASE, id, saved_at DESC"
        )
        .fetch_all(&mut *self.db)
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| FrameworkLine {
                id: r.id,
                edition: r.edition,
                title: r.title,
                short_title: r.short_title,
                publisher: r.publisher,
                kind: r.kind,
                own: true,
                requirements: usize::try_from(r.requirements).unwrap_or(0),
                ..FrameworkLine::default()
            })
            .collect())
    }

    /// How many assessments, live ones only if asked so, answer a framework; an empty edition counts those of all editions.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answering(&mut self, id: &str, edition: &str, live: bool) -> Result<u64, VaultError> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!: i64" FROM record JOIN body ON body.record = record.seq
               WHERE kind = 'assessment' AND class = ? AND (NOT ? OR trashed_at IS NULL)
                 AND (? = '' OR coalesce(json_extract(json, '$.edition'), '') = ?)"#,
            id,
            live,
            edition,
            edition
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(super::count(row.count))
    }

    /// How many live assessments answer a framework without saying which edition.
    ///
    /// # Errors
    /// The database refused.
    pub async fn answering_any(&mut self, id: &str) -> Result<u64, VaultError> {
        let row = sqlx::query!(
            r#"SELECT count(*) AS "count!: i64" FROM record JOIN body ON body.record = record.seq
               WHERE kind = 'assessment' AND class = ? AND trashed_at IS NULL
                 AND coalesce(json_extract(json, '$.edition'), '') = ''"#,
            id
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(super::count(row.count))
    }

    /// Each framework that the vault holds: its subject, its name, what the journal must say of it, and whether the content gives
    /// its hash.
    pub(crate) async fn framework_states(
        &mut self,
    ) -> Result<Vec<(Uuid, String, Map<String, Value>, bool)>, VaultError> {
        let rows = sqlx::query!("SELECT id, edition, title, requirements, sha256, body FROM catalogue")
            .fetch_all(&mut *self.db)
            .await?;
        Ok(rows
            .into_iter()
            .map(|r| {
                let right = sha256(&[r.body.as_bytes()]).as_slice() == r.sha256;
                let said = state(&r.id, &r.edition, &r.title, r.requirements, &r.sha256);
                (subject(&r.id, &r.edition), format!("{} {}", r.id, r.edition), said, right)
            })
            .collect())
    }
}

/// Under which key a framework's event keeps the content, so that an edition that was replaced can be read as it was.
pub(crate) const CONTENT: &str = "content";

impl Writer<'_> {
    /// Keeps a built-in framework as it is when it is first used: immutable by id and edition. `None` if it is there.
    pub(crate) async fn keep_built_in(&mut self, framework: &Framework) -> Result<Option<Event>, VaultError> {
        let about = &framework.framework;
        let built_in = conclave_domain::content::framework(&about.id).is_some();
        if !built_in || !self.framework_state(&about.id, &about.edition).await?.is_empty() {
            return Ok(None);
        }
        write_framework(self.db, framework, false, micros(self.now.moment())).await?;
        self.told_copy(&about.id, &about.edition, "copy").await.map(Some)
    }

    /// What the journal is told of a copy of a built-in framework, when it is made or when an upgrade finds it.
    pub(crate) async fn told_copy(&mut self, id: &str, edition: &str, act: &'static str) -> Result<Event, VaultError> {
        let after = self.framework_state(id, edition).await?;
        Ok(Event::new("framework", subject(id, edition), act, Map::new(), after))
    }

    /// Keeps an edition of the board's own, new or in the place of what stood under its name.
    pub(crate) async fn put_framework(&mut self, framework: &Framework) -> Result<Event, VaultError> {
        let about = &framework.framework;
        let before = self.framework_state(&about.id, &about.edition).await?;
        write_framework(self.db, framework, true, micros(self.now.moment())).await?;
        let act = if before.is_empty() { "create" } else { "update" };
        let after = self.framework_state(&about.id, &about.edition).await?;
        let event = Event::new("framework", subject(&about.id, &about.edition), act, before, after);
        Ok(event.with(CONTENT, Value::from(spelled(framework)?.0)))
    }

    /// Removes an edition; `None` if there is none. The gate holds that nothing answers it.
    pub(crate) async fn drop_framework(&mut self, id: &str, edition: &str) -> Result<Option<Event>, VaultError> {
        let before = self.framework_state(id, edition).await?;
        if before.is_empty() {
            return Ok(None);
        }
        sqlx::query!("DELETE FROM catalogue WHERE own = 1 AND id = ? AND edition = ?", id, edition)
            .execute(&mut *self.db)
            .await?;
        Ok(Some(Event::new("framework", subject(id, edition), "remove", before, Map::new())))
    }

    /// What the journal says of an edition; empty if it is not there.
    pub(crate) async fn framework_state(&mut self, id: &str, edition: &str) -> Result<Map<String, Value>, VaultError> {
        let row =
            sqlx::query!("SELECT title, sha256, requirements FROM catalogue WHERE id = ? AND edition = ?", id, edition)
                .fetch_optional(&mut *self.db)
                .await?;
        Ok(row.map_or_else(Map::new, |r| state(id, edition, &r.title, r.requirements, &r.sha256)))
    }
}

/// Writes a framework's row as it is.
pub(crate) async fn write_framework(
    db: &mut SqliteConnection,
    framework: &Framework,
    own: bool,
    at: i64,
) -> Result<(), VaultError> {
    let about = &framework.framework;
    let (body, hash) = spelled(framework)?;
    let (hash, count) = (hash.to_vec(), i64::try_from(framework.requirements.len()).unwrap_or(i64::MAX));
    sqlx::query!(
        "INSERT OR REPLACE INTO catalogue (id, edition, sha256, body, own, title, short_title, publisher, kind,
           requirements, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        about.id,
        about.edition,
        hash,
        body,
        own,
        about.title,
        about.short_title,
        about.publisher,
        about.kind,
        count,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the journal says of an edition.
fn state(id: &str, edition: &str, title: &str, requirements: i64, hash: &[u8]) -> Map<String, Value> {
    Map::from_iter([
        ("framework".to_owned(), Value::from(id)),
        ("edition".to_owned(), Value::from(edition)),
        ("title".to_owned(), Value::from(title)),
        ("requirements".to_owned(), Value::from(requirements)),
        ("sha256".to_owned(), Value::from(crate::hex(hash))),
    ])
}

#[cfg(all(test, feature = "cheap-kdf"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::{Audited, How, NewVaultSpec, Unruled, Vault, chosen_passphrase};
    use chrono::DateTime;
    use conclave_domain::{
        answer::{Answer, Result as Outcome},
        content,
        noun::{Assessment, Body, System},
        time::Now,
    };
    use uuid::Uuid;

    const WORDS: &str = "violet harbour counts nine lanterns";

    /// The lead framework as an earlier program had it: one question in other words, the last requirement not there yet.
    fn earlier(edition: &str) -> conclave_domain::framework::Framework {
        let mut framework = content::NCSC_CISA.clone();
        edition.clone_into(&mut framework.framework.edition);
        framework.requirements.pop();
        "As it was asked then?".clone_into(&mut framework.requirements[0].question);
        framework
    }

    #[tokio::test]
    async fn an_answer_is_read_under_the_question_of_its_edition_whatever_the_program_asks_by_now() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("v");
        let passphrase = chosen_passphrase(WORDS, &[]).unwrap();
        let spec = NewVaultSpec { folder: &folder, organisation: "M", member: "Ada", passphrase: &passphrase };
        let now = Now::utc(DateTime::from_timestamp(1_795_000_000, 0).unwrap());
        let (mut vault, _) = Vault::create(spec, &now).await.unwrap();
        let present = &content::NCSC_CISA.framework.edition;
        let (first, last) = (&content::NCSC_CISA.requirements[0], content::NCSC_CISA.requirements.last().unwrap());
        // An edition that the program has no more, and one under the present name whose words were mended since.
        for edition in ["2022-01-01", present] {
            let mut transaction = vault.begin(&Unruled).await.unwrap();
            let mut writer = transaction.writer();
            let mut events = Vec::from_iter(writer.keep_built_in(&earlier(edition)).await.unwrap());
            let system = Body::System(System { name: format!("Triage {edition}"), ..System::default() });
            let (system, made) = writer.create(Uuid::now_v7(), system, How::Form).await.unwrap();
            events.extend(made);
            let body = Assessment {
                title: "Last year".into(),
                subject: Some(system.head.id),
                framework: content::LEAD.into(),
                edition: edition.to_owned(),
                ..Assessment::default()
            };
            let id = Uuid::now_v7();
            events.extend(writer.create(id, Body::Assessment(body), How::Form).await.unwrap().1);
            let mut sheet = writer.sheet(id).await.unwrap();
            let asked = sheet.framework.requirement(&first.id).unwrap().question.clone();
            assert_eq!((asked.as_str(), first.question == asked), ("As it was asked then?", false));
            assert!(sheet.answer(&last.id).is_err(), "nobody was asked that then");
            let answer = Answer { result: Outcome::Met, ..sheet.answer(&first.id).unwrap() };
            sheet.put(&mut writer, answer, How::Form).await.unwrap();
            events.extend(sheet.settle(&mut writer).await.unwrap());
            drop(writer);
            transaction.commit("assess", Audited::all((), events).unwrap()).await.unwrap();
            let mut reader = vault.read().await.unwrap();
            let counted = reader.coverage_of(&[id]).await.unwrap()[&id];
            let all = content::NCSC_CISA.requirements.len();
            assert_eq!((counted.met, counted.not_assessed as usize), (1, all - 2), "counted by its own edition");
            let again = reader.framework(content::LEAD, edition).await.unwrap().unwrap();
            assert_eq!(again.requirements[0].question, "As it was asked then?");
        }
        assert!(vault.read().await.unwrap().framework(content::LEAD, "1999").await.unwrap().is_none(), "no guess");
        assert_eq!(vault.check(&mut |_| true).await.unwrap().faults, Vec::<String>::new());
    }
}
