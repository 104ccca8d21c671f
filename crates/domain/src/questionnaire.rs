//! The ethics questionnaire: areas, questions, and the score that follows from the answers.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A questionnaire as its content file defines it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Edition, source and licence.
    pub questionnaire: About,
    /// The areas E1–E13.
    #[serde(rename = "area")]
    pub areas: Vec<Area>,
    /// The questions, in order.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

/// What a questionnaire is and where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct About {
    pub id: String,
    pub title: String,
    pub edition: String,
    pub language: String,
    pub source: String,
    pub licence: String,
    pub scoring: String,
}

/// An area of questions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct Area {
    pub id: String,
    pub title: String,
    pub about: String,
    pub informed_by: Vec<String>,
}

/// What a question's points count for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scores {
    /// Raises the impact.
    Impact,
    /// Counts as mitigation.
    Mitigation,
    /// Is not scored.
    #[default]
    None,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct Question {
    pub id: String,
    pub area: String,
    pub question: String,
    pub guidance: String,
    pub kind: String,
    pub scores: Scores,
    pub choices: Vec<Choice>,
    pub required: bool,
}

/// An answer that a question offers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The stored value.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Its points.
    pub points: u32,
}

/// An answer: the chosen value, and a text beside it or alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// The value of the choice; "" if none.
    pub choice: String,
    /// The text.
    pub text: String,
}

/// The score of a set of replies. Raw impact, mitigation and the capped discount are shown apart, never as one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Impact points.
    pub impact: u32,
    /// The most impact points that the questionnaire can give.
    pub impact_max: u32,
    /// Mitigation points.
    pub mitigation: u32,
    /// The most mitigation points.
    pub mitigation_max: u32,
    /// Impact points after the discount of 15 % that counts from 80 % of the mitigation on, rounded to whole points
    /// (the rule of Canada's Algorithmic Impact Assessment; the points are ours).
    pub current: u32,
    /// 1 (up to 25 % of the maximum) … 4 (above 75 %).
    pub level: u8,
    /// Required questions that have a reply.
    pub answered: u32,
    /// Required questions.
    pub required: u32,
}

impl Questionnaire {
    /// The questions of an area.
    pub fn of<'a>(&'a self, area: &'a str) -> impl Iterator<Item = &'a Question> {
        self.questions.iter().filter(move |q| q.area == area)
    }

    /// Scores a set of replies.
    pub fn score(&self, replies: &BTreeMap<String, Reply>) -> Score {
        let mut score = Score::default();
        for question in &self.questions {
            let reply = replies.get(&question.id);
            let chosen = reply.and_then(|r| question.choices.iter().find(|c| c.value == r.choice));
            let points = chosen.map_or(0, |c| c.points);
            let most = question.choices.iter().map(|c| c.points).max().unwrap_or(0);
            match question.scores {
                Scores::Impact => {
                    score.impact += points;
                    score.impact_max += most;
                }
                Scores::Mitigation => {
                    score.mitigation += points;
                    score.mitigation_max += most;
                }
                Scores::None => {}
            }
            if question.required {
                score.required += 1;
                let has_text = reply.is_some_and(|r| !r.text.trim().is_empty());
                score.answered += u32::from(chosen.is_some() || (question.choices.is_empty() && has_text));
            }
        }
        let discounted = score.mitigation_max > 0 && score.mitigation * 100 >= score.mitigation_max * 80;
        score.current = if discounted { (score.impact * 85 + 50) / 100 } else { score.impact };
        score.level = match score.current * 4 {
            n if n <= score.impact_max => 1,
            n if n <= 2 * score.impact_max => 2,
            n if n <= 3 * score.impact_max => 3,
            _ => 4,
        };
        score
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, scores: Scores, most: u32) -> Question {
        let choices = (0..=most).map(|p| Choice { value: p.to_string(), label: String::new(), points: p }).collect();
        Question { id: id.into(), scores, choices, required: true, ..Question::default() }
    }

    #[test]
    fn mitigation_discounts_by_fifteen_percent_from_eighty_percent_on_and_never_more() {
        let q = Questionnaire {
            questions: vec![question("i", Scores::Impact, 100), question("m", Scores::Mitigation, 10)],
            ..Questionnaire::default()
        };
        let score = |impact: u32, mitigation: u32| {
            let reply = |n: u32| Reply { choice: n.to_string(), text: String::new() };
            q.score(&BTreeMap::from([("i".into(), reply(impact)), ("m".into(), reply(mitigation))]))
        };
        assert_eq!(score(60, 7).current, 60);
        assert_eq!(score(60, 8).current, 51);
        assert_eq!(score(60, 10).current, 51);
        assert_eq!([25, 26, 50, 51, 75, 76].map(|i| score(i, 0).level), [1, 2, 2, 3, 3, 4]);
        assert_eq!(q.score(&BTreeMap::new()).answered, 0);
    }
}
