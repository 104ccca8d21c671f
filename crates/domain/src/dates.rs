//! Calendar dates in JSON: `null`, an absent field and the empty text of a cleared form all mean "no date".

/// For `#[serde(with = "…")]` on `Option<NaiveDate>`. A text that is no date is refused by the field rules before it
/// gets here; read on its own it is an error.
pub mod optional {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the date as `YYYY-MM-DD`, or null.
    ///
    /// # Errors
    /// Those of the serializer.
    #[allow(clippy::ref_option, reason = "serde hands a reference to the field")]
    pub fn serialize<S: Serializer>(date: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => to.collect_str(date),
            None => to.serialize_none(),
        }
    }

    /// Reads `YYYY-MM-DD`, null or "".
    ///
    /// # Errors
    /// A text that is no date.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        match Option::<String>::deserialize(from)?.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => {
                text.parse().map(Some).map_err(|_| D::Error::custom(format!("{text:?} is not a date (YYYY-MM-DD)")))
            }
        }
    }
}
