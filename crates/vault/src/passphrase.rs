//! Passphrases: how they are read, how strong they are, and which are refused.
//!
//! Two keyboards may send the same visible text as different characters, so a passphrase is brought to one form before it
//! is used (RFC 8265, OpaqueString): every space character becomes U+0020, then the text is normalised to NFC. Case, width
//! and spaces at the ends count. The strength is estimated by zxcvbn.

pub mod recovery;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;
use zxcvbn::feedback;

/// The fewest characters of a new passphrase.
pub const MIN_CHARS: usize = 10;
/// The most bytes of a new passphrase in its normal form.
pub const MAX_BYTES: usize = 1024;
/// The least score of a new passphrase, on zxcvbn's scale from 0 to 4.
pub const MIN_SCORE: u8 = 3;

/// What a member types, in its normal form. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Brings typed text to its normal form.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        // NFC can grow a text threefold; with room reserved nothing is copied and left behind.
        let mut text = Zeroizing::new(String::with_capacity(typed.len() * 3 + 4));
        text.extend(typed.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc());
        Self(text)
    }

    /// The bytes that go into the key derivation.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

/// The characters of Unicode's category Zs except U+0020.
fn is_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// A passphrase that was found strong enough for a new slot. Slots are made from nothing weaker.
#[derive(Clone, Debug)]
pub struct ChosenPassphrase(Passphrase);

impl ChosenPassphrase {
    /// Accepts a passphrase of at least [`MIN_CHARS`] characters and [`MIN_SCORE`]. `hints` are words that an attacker
    /// would try first: the names of the member, the organisation and the vault.
    ///
    /// # Errors
    /// [`Refusal`] with what is wrong.
    pub fn new(passphrase: Passphrase, hints: &[&str]) -> Result<Self, Refusal> {
        if passphrase.0.len() > MAX_BYTES {
            return Err(Refusal::TooLong);
        }
        if passphrase.0.chars().count() < MIN_CHARS {
            return Err(Refusal::TooShort);
        }
        let strength = strength(&passphrase, hints);
        if strength.score < MIN_SCORE {
            return Err(Refusal::Weak(strength));
        }
        Ok(Self(passphrase))
    }

    /// The passphrase itself.
    #[must_use]
    pub fn passphrase(&self) -> &Passphrase {
        &self.0
    }
}

/// Why a passphrase is refused for a new slot.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("The passphrase has fewer than {MIN_CHARS} characters.")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("The passphrase is longer than {MAX_BYTES} bytes.")]
    TooLong,
    /// Long enough, but easy to guess.
    #[error("The passphrase is too easy to guess.")]
    Weak(Strength),
}

/// How hard a passphrase is to guess, as the meter shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strength {
    /// 0 (worst) to 4.
    pub score: u8,
    /// The decimal logarithm of the estimated number of guesses; 0 for an empty text.
    pub guesses_log10: f64,
    /// What makes it weak, if one thing stands out.
    pub warning: Option<Warning>,
    /// What would make it stronger.
    pub suggestions: Vec<Suggestion>,
}

/// Estimates the strength of a passphrase; see [`ChosenPassphrase::new`] for `hints`.
#[must_use]
pub fn strength(passphrase: &Passphrase, hints: &[&str]) -> Strength {
    let estimate = zxcvbn::zxcvbn(&passphrase.0, hints);
    let log10 = estimate.guesses_log10();
    let feedback = estimate.feedback();
    Strength {
        score: u8::from(estimate.score()),
        guesses_log10: if log10.is_finite() { log10.max(0.0) } else { 0.0 },
        warning: feedback.and_then(feedback::Feedback::warning).map(Warning::from),
        suggestions: feedback
            .map(|f| f.suggestions().iter().copied().map(Suggestion::from).collect())
            .unwrap_or_default(),
    }
}

/// Declares an enumeration of codes and its translation from the estimator's own names.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident from $theirs:ty { $($(#[$variant_doc:meta])* $variant:ident = $code:literal <- $other:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The stable code under which the text catalogue holds the sentence; also its serialised form.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl From<$theirs> for $name {
            fn from(value: $theirs) -> Self {
                match value { $(<$theirs>::$other => Self::$variant,)+ }
            }
        }
    };
}

codes! {
    /// What makes a passphrase weak.
    Warning from feedback::Warning {
        /// A straight row of keys.
        KeyRow = "key_row" <- StraightRowsOfKeysAreEasyToGuess,
        /// A short pattern on the keyboard.
        KeyPattern = "key_pattern" <- ShortKeyboardPatternsAreEasyToGuess,
        /// One character repeated.
        RepeatedCharacter = "repeated_character" <- RepeatsLikeAaaAreEasyToGuess,
        /// A group of characters repeated.
        RepeatedGroup = "repeated_group" <- RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        /// Among the ten most used passwords.
        TopTen = "top_ten" <- ThisIsATop10Password,
        /// Among the hundred most used passwords.
        TopHundred = "top_hundred" <- ThisIsATop100Password,
        /// A very common password.
        Common = "common" <- ThisIsACommonPassword,
        /// Close to a common password.
        SimilarToCommon = "similar_to_common" <- ThisIsSimilarToACommonlyUsedPassword,
        /// A sequence such as abc or 6543.
        Sequence = "sequence" <- SequencesLikeAbcAreEasyToGuess,
        /// A recent year.
        RecentYear = "recent_year" <- RecentYearsAreEasyToGuess,
        /// One word by itself.
        SingleWord = "single_word" <- AWordByItselfIsEasyToGuess,
        /// A date.
        Date = "date" <- DatesAreOftenEasyToGuess,
        /// A name by itself.
        SingleName = "single_name" <- NamesAndSurnamesByThemselvesAreEasyToGuess,
        /// A common name.
        CommonName = "common_name" <- CommonNamesAndSurnamesAreEasyToGuess,
    }
}

codes! {
    /// What would make a passphrase stronger.
    Suggestion from feedback::Suggestion {
        /// Use several words, no common phrase.
        UseSeveralWords = "use_several_words" <- UseAFewWordsAvoidCommonPhrases,
        /// Symbols, digits and capitals are not needed.
        NoNeedForSymbols = "no_need_for_symbols" <- NoNeedForSymbolsDigitsOrUppercaseLetters,
        /// Add one or two unusual words.
        AddWords = "add_words" <- AddAnotherWordOrTwo,
        /// Capitals help little.
        CapitalsHelpLittle = "capitals_help_little" <- CapitalizationDoesntHelpVeryMuch,
        /// All capitals help little.
        AllCapitalsHelpLittle = "all_capitals_help_little" <- AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase,
        /// Words written backwards help little.
        ReversingHelpsLittle = "reversing_helps_little" <- ReversedWordsArentMuchHarderToGuess,
        /// Predictable substitutions help little.
        SubstitutionsHelpLittle = "substitutions_help_little" <- PredictableSubstitutionsDontHelpVeryMuch,
        /// A longer keyboard pattern with more turns.
        LongerPattern = "longer_pattern" <- UseALongerKeyboardPatternWithMoreTurns,
        /// No repeated words or characters.
        AvoidRepeats = "avoid_repeats" <- AvoidRepeatedWordsAndCharacters,
        /// No sequences.
        AvoidSequences = "avoid_sequences" <- AvoidSequences,
        /// No recent years.
        AvoidRecentYears = "avoid_recent_years" <- AvoidRecentYears,
        /// No years that belong to the person.
        AvoidOwnYears = "avoid_own_years" <- AvoidYearsThatAreAssociatedWithYou,
        /// No dates that belong to the person.
        AvoidOwnDates = "avoid_own_dates" <- AvoidDatesAndYearsThatAreAssociatedWithYou,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_same_visible_text_is_the_same_passphrase() {
        assert_eq!(Passphrase::new("caf\u{e9} noir"), Passphrase::new("cafe\u{301}\u{a0}noir"));
        assert_ne!(Passphrase::new("Noir"), Passphrase::new("noir"));
        assert_ne!(Passphrase::new(" noir"), Passphrase::new("noir"));
    }

    #[test]
    fn weak_and_short_passphrases_are_refused_and_say_why() {
        let choose = |text: &str, hints: &[&str]| ChosenPassphrase::new(Passphrase::new(text), hints);
        assert_eq!(choose("kT9#xq", &[]).unwrap_err(), Refusal::TooShort);
        assert_eq!(choose(&"x9 ".repeat(400), &[]).unwrap_err(), Refusal::TooLong);
        let Refusal::Weak(strength) = choose("password123", &[]).unwrap_err() else { panic!("must be weak") };
        assert!(strength.score < MIN_SCORE && strength.warning.is_some() && !strength.suggestions.is_empty());
        assert!(matches!(choose("Meridian Trust", &["Meridian Trust", "Meridian"]), Err(Refusal::Weak(_))));
        choose("lantern oblique harvest 47", &[]).unwrap();
    }

    #[test]
    fn an_empty_passphrase_has_a_finite_strength() {
        let strength = strength(&Passphrase::new(""), &[]);
        assert_eq!((strength.score, strength.guesses_log10), (0, 0.0));
    }

    #[test]
    fn a_code_is_its_serialised_form() {
        let code = serde_json::to_value(Warning::SimilarToCommon).unwrap();
        assert_eq!(code, Warning::SimilarToCommon.code());
        let code = serde_json::to_value(Suggestion::AvoidOwnDates).unwrap();
        assert_eq!(code, Suggestion::AvoidOwnDates.code());
    }
}
