//! Typed questions: which reply they take, which result follows from it, and when they are asked at all.

use crate::{
    answer::{Answer, Result as Outcome},
    fault::FieldFault,
    framework::{Asks, Framework, Requirement},
    t,
};
use std::collections::BTreeMap;

impl Asks {
    /// Reads a reply: the result that follows from it, `None` where none does.
    ///
    /// # Errors
    /// The reply is not one that the question takes.
    pub fn judge(&self, value: &str) -> Result<Option<Outcome>, FieldFault> {
        let value = value.trim();
        let wrong = |sentence: String| Err(FieldFault::new("value", sentence));
        match self.kind.as_str() {
            "yes_no" => match value {
                "yes" => Ok(Some(Outcome::Met)),
                "partly" => Ok(Some(Outcome::Partly)),
                "no" => Ok(Some(Outcome::NotMet)),
                _ => wrong(t!("rule.choice", field = t!("field.value"), value = value)),
            },
            "choice" => match self.choices.iter().find(|c| c.value == value) {
                Some(choice) if choice.result.is_empty() => Ok(None),
                Some(choice) => Ok(Some(Outcome::from_name(&choice.result))),
                None => wrong(t!("rule.choice", field = t!("field.value"), value = value)),
            },
            "number" => {
                let Ok(number) = value.parse::<f64>() else { return wrong(t!("rule.not_a_number", value = value)) };
                let (min, max) = (self.min.unwrap_or(f64::MIN), self.max.unwrap_or(f64::MAX));
                if !number.is_finite() || number < min || number > max {
                    return wrong(t!("rule.number_between", min = bound(self.min), max = bound(self.max)));
                }
                Ok(self.judged(number))
            }
            _ => Ok(None),
        }
    }

    fn judged(&self, number: f64) -> Option<Outcome> {
        let within =
            |from: Option<f64>, to: Option<f64>| from.is_some_and(|f| number >= f) || to.is_some_and(|t| number <= t);
        if within(self.met_from, self.met_to) {
            return Some(Outcome::Met);
        }
        if within(self.partly_from, self.partly_to) {
            return Some(Outcome::Partly);
        }
        let bands = [self.met_from, self.met_to, self.partly_from, self.partly_to];
        bands.iter().any(Option::is_some).then_some(Outcome::NotMet)
    }

    /// What a reply is called where people read it.
    pub fn shown(&self, value: &str) -> String {
        match self.kind.as_str() {
            "yes_no" => crate::field::choice_label("yes_no", value),
            "choice" => {
                self.choices.iter().find(|c| c.value == value).map_or_else(|| value.to_owned(), |c| c.label.clone())
            }
            "number" if !self.unit.is_empty() => format!("{value} {}", self.unit),
            _ => value.to_owned(),
        }
    }
}

fn bound(n: Option<f64>) -> String {
    n.map_or_else(|| "∞".to_owned(), |n| n.to_string())
}

impl Framework {
    /// Whether a requirement is asked, given the answers so far: one without a condition always is.
    pub fn is_asked(&self, requirement: &Requirement, answers: &BTreeMap<String, Answer>) -> bool {
        let Some(when) = &requirement.when else { return true };
        answers.get(&when.requirement).is_some_and(|answer| {
            when.is.iter().any(|wanted| wanted == answer.result.name() || *wanted == answer.value)
        })
    }

    /// The requirements that are asked, given the answers so far.
    pub fn asked<'a>(&'a self, answers: &'a BTreeMap<String, Answer>) -> impl Iterator<Item = &'a Requirement> {
        self.requirements.iter().filter(move |r| self.is_asked(r, answers))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::framework::{Offered, When};

    #[test]
    fn a_number_is_judged_by_its_bands_and_held_to_its_bounds() {
        let asks = Asks {
            kind: "number".into(),
            min: Some(0.0),
            max: Some(365.0),
            met_to: Some(3.0),
            partly_to: Some(7.0),
            ..Asks::default()
        };
        assert_eq!(asks.judge("3").unwrap(), Some(Outcome::Met));
        assert_eq!(asks.judge("4.5").unwrap(), Some(Outcome::Partly));
        assert_eq!(asks.judge("8").unwrap(), Some(Outcome::NotMet));
        assert!(asks.judge("-1").is_err() && asks.judge("366").is_err() && asks.judge("NaN").is_err());
        assert!(asks.judge("soon").is_err());
        let open = Asks { kind: "number".into(), ..Asks::default() };
        assert_eq!(open.judge("12").unwrap(), None, "without bands nothing follows");
    }

    #[test]
    fn a_choice_gives_the_result_of_its_choice_and_no_other_reply_is_taken() {
        let offered =
            |value: &str, result: &str| Offered { value: value.into(), label: value.into(), result: result.into() };
        let asks =
            Asks { kind: "choice".into(), choices: vec![offered("a", "met"), offered("b", "")], ..Asks::default() };
        assert_eq!(asks.judge("a").unwrap(), Some(Outcome::Met));
        assert_eq!(asks.judge("b").unwrap(), None);
        assert!(asks.judge("c").is_err());
        assert_eq!(Asks { kind: "yes_no".into(), ..Asks::default() }.judge("no").unwrap(), Some(Outcome::NotMet));
    }

    #[test]
    fn a_conditional_question_is_asked_only_while_its_condition_holds() {
        let first = Requirement { id: "1".into(), ..Requirement::default() };
        let when = When { requirement: "1".into(), is: vec!["met".into(), "yes".into()] };
        let second = Requirement { id: "2".into(), when: Some(when), ..Requirement::default() };
        let framework = Framework { requirements: vec![first, second], ..Framework::default() };
        let mut answers = BTreeMap::new();
        let ids = |a: &BTreeMap<String, Answer>| framework.asked(a).map(|r| r.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&answers), ["1"]);
        answers.insert("1".to_owned(), Answer { result: Outcome::Met, ..Answer::default() });
        assert_eq!(ids(&answers), ["1", "2"]);
        answers.insert("1".to_owned(), Answer { value: "yes".into(), result: Outcome::Partly, ..Answer::default() });
        assert_eq!(ids(&answers), ["1", "2"]);
        answers.insert("1".to_owned(), Answer { result: Outcome::NotMet, ..Answer::default() });
        assert_eq!(ids(&answers), ["1"]);
    }
}
