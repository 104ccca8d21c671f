//! Turns `assets/translations/en/*.toml` into one sorted table of texts, so that a missing key is a compile error.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a build script that cannot go on stops the build")]

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/translations/en");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut texts = BTreeMap::new();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .filter_map(|f| f.ok().map(|f| f.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let source = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let table: toml::Table = source.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        flatten("", &toml::Value::Table(table), &mut texts, &file);
    }
    let mut out = String::from("static TEXTS: &[(&str, &str)] = &[\n");
    for (key, text) in &texts {
        let _ = writeln!(out, "    ({key:?}, {text:?}),");
    }
    out.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("texts.rs");
    fs::write(target, out).expect("OUT_DIR is writable");
}

fn flatten(prefix: &str, value: &toml::Value, texts: &mut BTreeMap<String, String>, file: &Path) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                // "_" names the text of a group itself: `[a] _ = "A"` gives the key `a`.
                let key = match (prefix, key.as_str()) {
                    (p, "_") => p.to_owned(),
                    ("", k) => k.to_owned(),
                    (p, k) => format!("{p}.{k}"),
                };
                flatten(&key, value, texts, file);
            }
        }
        toml::Value::String(text) => {
            let twice = texts.insert(prefix.to_owned(), text.clone()).is_some();
            assert!(!twice, "{}: the text {prefix} is defined twice", file.display());
        }
        other => panic!("{}: {prefix} is not a text but {other:?}", file.display()),
    }
}
