//! Pages of the register: filtered, sorted and counted in the query.

use super::{
    Reader, count,
    record::{HEAD_COLUMNS, NO_DATE, head},
    search::match_words,
};
use crate::error::VaultError;
use chrono::{Days, NaiveDate};
use conclave_domain::{
    call::record::{Facets, ListRecords, Matrix, Page, Row},
    charter::Charter,
    kind::Kind,
    noun::Columns,
};
use sqlx::{QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};
use uuid::Uuid;

/// The most rows that one page gives.
const LIMIT: u64 = 500;

impl Reader<'_> {
    /// A page of a kind's records. Names of subjects, approvals and coverage are filled in by the caller.
    ///
    /// # Errors
    /// The database refused.
    pub async fn list(&mut self, ask: &ListRecords, charter: &Charter) -> Result<Page, VaultError> {
        let today = self.now.day();
        let mut counting = QueryBuilder::new("SELECT COUNT(*) FROM record WHERE ");
        condition(&mut counting, ask, today, charter);
        let total: i64 = counting.build().fetch_one(&mut *self.db).await?.try_get(0)?;
        let mut query = QueryBuilder::new(format!(
            "SELECT {HEAD_COLUMNS}, status, class, owner, unit, due, score, cell, subject, gaps FROM record WHERE "
        ));
        condition(&mut query, ask, today, charter);
        query.push(order(&ask.sort, ask.descending));
        query.push(" LIMIT ").push_bind(i64::try_from(ask.limit.clamp(1, LIMIT)).unwrap_or(50));
        query.push(" OFFSET ").push_bind(i64::try_from(ask.offset).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(&mut *self.db).await?;
        Ok(Page { total: count(total), rows: rows.iter().map(row).collect::<Result<_, _>>()? })
    }

    /// Rows of records by id, in the order given.
    ///
    /// # Errors
    /// The database refused.
    pub async fn rows(&mut self, ids: &[Uuid]) -> Result<Vec<Row>, VaultError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(400) {
            let mut query = QueryBuilder::new(format!(
                "SELECT {HEAD_COLUMNS}, status, class, owner, unit, due, score, cell, subject, gaps FROM record WHERE id IN ("
            ));
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_bytes().to_vec());
            }
            query.push(")");
            for r in query.build().fetch_all(&mut *self.db).await? {
                found.push(row(&r)?);
            }
        }
        let place = |r: &Row| ids.iter().position(|id| *id == r.head.id);
        found.sort_by_key(place);
        Ok(found)
    }

    /// The values of the filter columns with counts.
    ///
    /// # Errors
    /// The database refused.
    pub async fn facets(&mut self, kind: Kind) -> Result<Facets, VaultError> {
        let mut facets = Facets::new();
        for column in ["status", "class", "owner", "unit"] {
            let sql = format!(
                "SELECT {column}, COUNT(*) AS n FROM record WHERE kind = ? AND trashed_at IS NULL
                 GROUP BY {column} ORDER BY n DESC, {column} LIMIT 200"
            );
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.name()).fetch_all(&mut *self.db).await?;
            let values = rows.iter().map(|r| Ok((r.try_get(0)?, count(r.try_get(1)?))));
            facets.insert(column.into(), values.collect::<Result<_, sqlx::Error>>()?);
        }
        Ok(facets)
    }

    /// How many records of each kind the register has.
    ///
    /// # Errors
    /// The database refused.
    pub async fn counts(&mut self) -> Result<Vec<(Kind, u64)>, VaultError> {
        let rows =
            sqlx::query!(r#"SELECT kind, COUNT(*) as "n!: i64" FROM record WHERE trashed_at IS NULL GROUP BY kind"#)
                .fetch_all(&mut *self.db)
                .await?;
        Ok(rows.into_iter().filter_map(|r| Kind::from_name(&r.kind).map(|k| (k, count(r.n)))).collect())
    }

    /// The matrix of open risks.
    ///
    /// # Errors
    /// The database refused.
    pub async fn matrix(&mut self, subject: Option<Uuid>, charter: &Charter) -> Result<Matrix, VaultError> {
        let mut query = QueryBuilder::new(
            "SELECT cell, score, COUNT(*) FROM record WHERE kind = 'risk' AND trashed_at IS NULL AND status <> 'closed'",
        );
        if let Some(subject) = subject {
            query.push(" AND subject = ").push_bind(subject.as_bytes().to_vec());
        }
        query.push(" GROUP BY cell, score");
        let mut matrix = Matrix::default();
        for row in query.build().fetch_all(&mut *self.db).await? {
            let (cell, score, n): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            matrix.open += n;
            if score > i64::from(charter.tolerance.rank()) {
                matrix.above_tolerance += n;
            }
            let place = |v: i64| usize::try_from(v - 1).ok().filter(|v| *v < 5);
            match (place(cell / 10), place(cell % 10)) {
                (Some(l), Some(i)) => matrix.cells[l][i] += n,
                _ => matrix.unrated += n,
            }
        }
        Ok(matrix)
    }
}

fn row(row: &SqliteRow) -> Result<Row, VaultError> {
    let due: String = row.try_get("due")?;
    let subject: Option<Vec<u8>> = row.try_get("subject")?;
    let gaps: i64 = row.try_get("gaps")?;
    Ok(Row {
        head: head(row)?,
        gate: String::new(),
        columns: Columns {
            status: row.try_get("status")?,
            class: row.try_get("class")?,
            owner: row.try_get("owner")?,
            unit: row.try_get("unit")?,
            due: if due == NO_DATE { None } else { due.parse().ok() },
            score: row.try_get("score")?,
            subject: subject.as_deref().map(super::uuid).transpose()?,
            cell: row.try_get("cell")?,
        },
        subject: String::new(),
        approval: None,
        coverage: None,
        gaps: u32::try_from(gaps).unwrap_or(0),
    })
}

fn condition(query: &mut QueryBuilder<Sqlite>, ask: &ListRecords, today: NaiveDate, charter: &Charter) {
    query.push("kind = ").push_bind(ask.kind.name());
    query.push(if ask.trashed { " AND trashed_at IS NOT NULL" } else { " AND trashed_at IS NULL" });
    if !ask.text.trim().is_empty() {
        query
            .push(" AND seq IN (SELECT rowid FROM search WHERE search MATCH ")
            .push_bind(match_words(&ask.text))
            .push(")");
    }
    for (column, values) in ask.filters.iter().filter(|(_, values)| !values.is_empty()) {
        filter(query, column, values, today, charter);
    }
}

fn filter(query: &mut QueryBuilder<Sqlite>, column: &str, values: &[String], today: NaiveDate, charter: &Charter) {
    match column {
        "status" | "class" | "owner" | "unit" => {
            query.push(format!(" AND {column} IN ("));
            let mut list = query.separated(", ");
            for value in values {
                list.push_bind(value.clone());
            }
            query.push(")");
        }
        "cell" | "score" => {
            query.push(format!(" AND {column} IN ("));
            let mut list = query.separated(", ");
            for value in values {
                list.push_bind(value.parse::<i64>().unwrap_or(-1));
            }
            query.push(")");
        }
        "open" => {
            query.push(" AND status <> 'closed'");
        }
        "subject" => {
            query.push(" AND subject IN (");
            let mut list = query.separated(", ");
            for value in values {
                list.push_bind(value.parse::<Uuid>().unwrap_or_default().as_bytes().to_vec());
            }
            query.push(")");
        }
        "subject_stage" => {
            query.push(" AND subject IN (SELECT id FROM record WHERE kind = 'system' AND status IN (");
            let mut list = query.separated(", ");
            for value in values {
                list.push_bind(value.clone());
            }
            query.push("))");
        }
        "due" => due(query, values, today, charter),
        "tolerance" => {
            query.push(" AND status <> 'closed' AND score > ").push_bind(i64::from(charter.tolerance.rank()));
        }
        "gaps" => {
            query.push(" AND gaps > 0");
        }
        // An unknown column must not quietly widen the list.
        _ => {
            query.push(" AND 0");
        }
    }
}

fn due(query: &mut QueryBuilder<Sqlite>, values: &[String], today: NaiveDate, charter: &Charter) {
    let soon = today.checked_add_days(Days::new(u64::from(charter.soon_days))).unwrap_or(today);
    query.push(" AND (0");
    for value in values {
        match value.as_str() {
            "overdue" => {
                query.push(" OR due < ").push_bind(today.to_string());
            }
            "soon" => {
                query.push(" OR (due >= ").push_bind(today.to_string());
                query.push(" AND due <= ").push_bind(soon.to_string()).push(")");
            }
            _ => {}
        }
    }
    query.push(")");
}

fn order(sort: &str, descending: bool) -> String {
    let way = if descending { "DESC" } else { "ASC" };
    match sort {
        "title" => format!(" ORDER BY title COLLATE NOCASE {way}, number"),
        "status" | "class" | "owner" | "unit" | "score" => format!(" ORDER BY {sort} {way}, number {way}"),
        "due" if descending => format!(" ORDER BY due = '{NO_DATE}', due DESC, number DESC"),
        "due" => " ORDER BY due, number".into(),
        "updated" => format!(" ORDER BY updated_at {way}"),
        "trashed" => format!(" ORDER BY trashed_at {way}"),
        _ => format!(" ORDER BY number {way}"),
    }
}

impl Reader<'_> {
    /// Records with bodies in order of their rows, for the check.
    pub(crate) async fn bodies_after(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<crate::check::CheckedRecord>, VaultError> {
        let sql = format!(
            "SELECT {HEAD_COLUMNS}, status, class, owner, unit, due, score, cell, subject, gaps, json FROM record
             LEFT JOIN body ON body.record = seq WHERE seq > ? ORDER BY seq LIMIT ?"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(after).bind(limit).fetch_all(&mut *self.db).await?;
        rows.iter()
            .map(|r| {
                let json: Option<String> = r.try_get("json")?;
                let shown = row(r)?;
                Ok(crate::check::CheckedRecord::new(
                    r.try_get("seq")?,
                    shown.head.kind,
                    shown,
                    &json.unwrap_or_default(),
                ))
            })
            .collect()
    }
}
