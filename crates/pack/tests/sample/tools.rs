//! The outside readers that the tests ask: poppler's and qpdf's.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

/// What a tool says about a PDF: whether it was content, and its output. `{}` in the arguments stands for the file.
pub fn ask(tool: &str, arguments: &[&str], pdf: &[u8]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.pdf");
    std::fs::write(&path, pdf).unwrap();
    let path = path.to_str().unwrap();
    let arguments = arguments.iter().map(|argument| if *argument == "{}" { path } else { argument });
    let output = Command::new(tool).args(arguments).output().unwrap_or_else(|_| {
        panic!("{tool} is missing: install the packages poppler-utils and qpdf to run these tests.")
    });
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// The text of each page, in the order of the drawing.
pub fn pages(pdf: &[u8]) -> Vec<String> {
    let (ok, text) = ask("pdftotext", &["-raw", "-enc", "UTF-8", "{}", "-"], pdf);
    assert!(ok, "{text}");
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    pages
}

/// A text without white space and without the direction marks that pdftotext adds.
pub fn dense(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{200e}' | '\u{200f}'))
        .collect()
}
