//! Words as headings and answers use them: one normal form for comparing, one list of content words for scoring.

/// Words that carry no meaning of their own in a heading or a question.
const STOP: &[&str] = &[
    "a", "an", "the", "of", "for", "to", "in", "on", "is", "are", "was", "were", "be", "been", "this", "that", "these",
    "those", "does", "do", "did", "has", "have", "had", "with", "and", "or", "by", "any", "if", "please", "which",
    "what", "how", "describe", "provide", "explain", "s", "used", "via", "it", "its", "at", "as", "from", "you",
    "your", "there", "whether", "who", "when", "where", "will", "can", "their", "our", "specify", "enter",
];

/// Words that turn a phrase into its opposite.
const NEGATIONS: &[&str] = &["no", "not", "non", "nor", "neither", "never", "without", "none"];

/// No way of saying "nothing" is longer (bytes).
const LONGEST_PLACEHOLDER: usize = 24;

/// Lower-case words, split at everything that is neither letter nor digit and at `camelCase` borders.
fn raw_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in text.chars() {
        let border = c.is_uppercase() && lower_before;
        if (!c.is_alphanumeric() || border) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The normal form for comparing: lower-case words with one space between them, British and American spelling alike.
pub(crate) fn normal(text: &str) -> String {
    raw_words(text).iter().map(|word| spelling(word)).collect::<Vec<_>>().join(" ")
}

/// Content words in order: stop words left out, plurals and spelling folded.
pub(crate) fn content(text: &str) -> Vec<String> {
    raw_words(text).iter().filter(|word| !STOP.contains(&word.as_str())).map(|word| singular(&spelling(word))).collect()
}

/// Whether the text denies something.
pub(crate) fn negates(text: &str) -> bool {
    raw_words(text).iter().any(|word| NEGATIONS.contains(&word.as_str()))
}

/// Whether a cell only says that there is nothing to say. An empty cell is not a placeholder.
pub(crate) fn placeholder(text: &str) -> bool {
    let text = text.trim();
    if matches!(text, "-" | "--" | "—" | "–" | "." | "#N/A" | "?") {
        return true;
    }
    text.len() <= LONGEST_PLACEHOLDER
        && matches!(normal(text).as_str(), "n a" | "na" | "not applicable" | "null" | "nil")
}

/// Whether a cell says "nothing" where a date, a choice or a yes or no was asked for.
pub(crate) fn nothing(text: &str) -> bool {
    let text = text.trim();
    placeholder(text)
        || text.len() <= LONGEST_PLACEHOLDER
            && matches!(
                normal(text).as_str(),
                "none" | "tbd" | "to be determined" | "unknown" | "blank" | "not available" | "not known" | "pending"
            )
}

fn spelling(word: &str) -> String {
    if word.len() > 6 && word.contains("isation") { word.replace("isation", "ization") } else { word.to_string() }
}

fn singular(word: &str) -> String {
    if word.len() > 4 && word.ends_with("ies") {
        format!("{}y", &word[..word.len() - 3])
    } else if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") {
        word[..word.len() - 1].to_string()
    } else {
        word.to_string()
    }
}

/// The first characters of a cell on one line, for a problem list.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String =
        text.trim().chars().take(LONGEST).map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_compare_without_case_punctuation_and_spelling() {
        assert_eq!(normal("  Owner_Organisation: "), "owner organization");
        assert_eq!(normal("useCaseName"), "use case name");
    }

    #[test]
    fn questions_are_reduced_to_their_content_words() {
        assert_eq!(content("Describe the AI system’s outputs."), ["ai", "system", "output"]);
        assert_eq!(content("What are the policies?"), ["policy"]);
    }

    #[test]
    fn placeholders_are_told_from_words() {
        assert!(placeholder("N/A") && placeholder(" – ") && placeholder("Not Applicable."));
        assert!(!placeholder("Nauru") && !placeholder("None") && nothing("None"));
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" a\nb "), "a b");
        assert_eq!(excerpt(&"ä".repeat(80)).chars().count(), 61);
    }
}
