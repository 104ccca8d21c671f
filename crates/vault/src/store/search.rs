//! Full-text search over all records.

use super::{
    Reader,
    record::{HEAD_COLUMNS, head},
};
use crate::error::VaultError;
use conclave_domain::call::record::{Head, SearchPage};
use sqlx::Row;

/// Very common words rank only the newest matches, up to this many.
const RANKED: i64 = 1_000;

/// The words of a person as an FTS5 expression: every word must occur, the last may be a beginning. Quoting each word
/// keeps FTS5's own operators out.
pub(crate) fn match_words(text: &str) -> String {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| format!("\"{w}\"")).collect();
    if words.is_empty() {
        // Nothing that could match: a word that no tokenizer produces.
        return "\"\u{1}\"".into();
    }
    format!("{}*", words.join(" "))
}

impl Reader<'_> {
    /// The best hits for some words.
    ///
    /// # Errors
    /// The database refused.
    pub async fn search(&mut self, text: &str, limit: u64) -> Result<SearchPage, VaultError> {
        let words = match_words(text);
        let floor: Option<i64> =
            sqlx::query("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?")
                .bind(&words)
                .bind(RANKED)
                .fetch_optional(&mut *self.db)
                .await?
                .map(|r| r.try_get(0))
                .transpose()?;
        let sql = format!(
            "SELECT {HEAD_COLUMNS} FROM (SELECT rowid AS hit, bm25(search, 12.0, 8.0, 1.0) AS rank FROM search
               WHERE search MATCH ? AND rowid > ? ORDER BY rank LIMIT ?)
             JOIN record ON seq = hit WHERE trashed_at IS NULL ORDER BY rank"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&words)
            .bind(floor.unwrap_or(0))
            .bind(i64::try_from(limit.clamp(1, 100)).unwrap_or(20))
            .fetch_all(&mut *self.db)
            .await?;
        let hits = rows.iter().map(head).collect::<Result<Vec<Head>, _>>()?;
        Ok(SearchPage { hits, partial: floor.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::match_words;

    #[test]
    fn search_operators_of_a_person_are_words_and_not_syntax() {
        assert_eq!(match_words("fraud NOT \"x\" AND*"), "\"fraud\" \"NOT\" \"x\" \"AND\"*");
        assert_eq!(match_words(" -- "), "\"\u{1}\"");
    }
}
