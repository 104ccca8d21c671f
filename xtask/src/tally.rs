//! Adds up what `cargo test` reports, line by line.

/// The sums so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
    /// Tests that were not run.
    pub ignored: u64,
    /// The names of those that failed.
    pub failures: Vec<String>,
}

impl Tally {
    /// Takes in one line of output.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.ignored += number_before(result, " ignored");
        } else if let Some(test) = line.strip_prefix("test ")
            && let Some(name) = test.strip_suffix(" ... FAILED")
        {
            self.failures.push(name.to_owned());
        }
    }

    /// Counts a check that is not a test, such as a lint, and that did not hold.
    pub fn fail(&mut self, what: &str) {
        self.failed += 1;
        self.failures.push(what.to_owned());
    }

    /// The closing line.
    pub fn line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let Some(end) = text.find(word) else { return 0 };
    let digits = text[..end].rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_of_several_binaries_add_up_and_failures_are_named() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test quorum::counts_seats ... ok",
            "test verify::a_flipped_byte_is_found ... FAILED",
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: ok. 30 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 1.00s",
        ] {
            tally.read(line);
        }
        tally.fail("clippy");
        assert_eq!(tally.line(), "42 passed, 2 failed");
        assert_eq!(tally.ignored, 2);
        assert_eq!(tally.failures, ["verify::a_flipped_byte_is_found", "clippy"]);
    }

    #[test]
    fn what_a_test_prints_is_not_counted() {
        let mut tally = Tally::default();
        tally.read("the import says 5 passed and 3 failed");
        assert_eq!(tally, Tally::default());
    }
}
