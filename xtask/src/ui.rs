//! The interface: from Rust to a folder that a window can load, without Node and without a bundler.
//!
//! `ui/dist` is written whole or not at all: everything is made in a folder beside it, which then takes its place.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Instant, UNIX_EPOCH};

use wasm_bindgen_cli_support::Bindgen;

use crate::error::{At, Error};
use crate::process::{Program, copy, files, find, fresh, root, spell, target, touch};

/// How the interface is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, with names in stack traces: daily work and tests.
    Dev,
    /// Small: what is shipped.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "ui-dev",
            Self::Release => "ui",
        }
    }
}

const TRIPLE: &str = "wasm32-unknown-unknown";
const MODULE: &str = "conclave-ui_bg.wasm";

/// WebAssembly features that rustc uses by default; an older wasm-opt has to be told that they are allowed.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Older ones turn a table of references into one of another type, and the window then stays empty.
const OLDEST_OPTIMISER: u32 = 116;

/// The number in "wasm-opt version 116 (version_116)"; 0 if there is none.
fn version(said: &str) -> u32 {
    said.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or(0)
}

/// Compiles the interface and brings `ui/dist` up to date. Does nothing if nothing changed.
pub fn build(profile: Profile) -> Result<(), Error> {
    Program::cargo("build").args(["-p", "conclave-ui", "--target", TRIPLE, "--profile", profile.name()]).run()?;
    let wasm = target().join(TRIPLE).join(profile.name()).join("conclave-ui.wasm");
    let dist = root().join("ui/dist");
    let stamp_file = target().join("ui.stamp");
    let stamp = stamp(profile, &wasm)?;
    if dist.join("index.html").is_file() && std::fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        eprintln!("ui/dist is up to date.");
        return Ok(());
    }
    let started = Instant::now();
    let stage = target().join("ui-stage");
    fresh(&stage)?;
    bindgen(profile, &wasm, &stage)?;
    if profile == Profile::Release {
        optimise(&stage.join(MODULE))?;
    }
    for (from, to) in static_files()? {
        copy(&from, &stage.join(to))?;
    }
    references_exist(&stage)?;
    replace(&stage, &dist)?;
    std::fs::write(&stamp_file, stamp).at(&stamp_file)?;
    embed_again()?;
    report(&dist, started)
}

fn bindgen(profile: Profile, wasm: &Path, stage: &Path) -> Result<(), Error> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("conclave-ui").typescript(false).remove_name_section(profile == Profile::Release);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(stage))
        .map_err(|error| Error::Interface(format!("{error:#}")))
}

/// Makes the module smaller. Without binaryen, or with one too old for it, the module works all the same, so this only says so.
fn optimise(module: &Path) -> Result<(), Error> {
    let Some(tool) = find("wasm-opt") else {
        eprintln!("wasm-opt is not installed, so the module stays larger than it could be (Debian package: binaryen).");
        return Ok(());
    };
    let said = Program::new(&tool).arg("--version").output().unwrap_or_default();
    if version(&said) < OLDEST_OPTIMISER {
        eprintln!(
            "wasm-opt is older than version {OLDEST_OPTIMISER} and would break tables of references; the module stays as it is."
        );
        return Ok(());
    }
    let smaller = module.with_extension("opt");
    let run = Program::new(tool).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&smaller).run();
    if let Err(error) = run {
        eprintln!("The module stays as it is: {error}");
        return Ok(());
    }
    std::fs::rename(&smaller, module).at(&smaller)
}

/// What is copied as it is, and where to: the page, `ui/style` under its own name, `ui/public` beside the page.
fn static_files() -> Result<Vec<(PathBuf, PathBuf)>, Error> {
    let ui = root().join("ui");
    let mut pairs = vec![(ui.join("index.html"), PathBuf::from("index.html"))];
    for (folder, prefix) in [("style", "style"), ("public", "")] {
        let folder = ui.join(folder);
        for path in files(&folder)? {
            let below = path.strip_prefix(&folder).unwrap_or(&path);
            pairs.push((path.clone(), Path::new(prefix).join(below)));
        }
    }
    Ok(pairs)
}

/// A missing style sheet or script shows as a blank window much later; so it is an error here.
fn references_exist(stage: &Path) -> Result<(), Error> {
    let page = std::fs::read_to_string(stage.join("index.html")).at(&stage.join("index.html"))?;
    for reference in references(&page) {
        let path = reference.trim_start_matches("./").trim_start_matches('/');
        if !reference.contains(':') && !reference.starts_with('#') && !stage.join(path).is_file() {
            return Err(Error::Broken(format!(
                "ui/index.html names \"{reference}\", which is in neither ui/style nor ui/public."
            )));
        }
    }
    Ok(())
}

fn references(page: &str) -> impl Iterator<Item = &str> {
    ["href=\"", "src=\""].into_iter().flat_map(move |attribute| {
        page.split(attribute)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|reference| !reference.is_empty())
    })
}

fn replace(stage: &Path, dist: &Path) -> Result<(), Error> {
    if dist.exists() {
        std::fs::remove_dir_all(dist).at(dist)?;
    }
    std::fs::rename(stage, dist).at(dist)
}

/// Cargo does not see that the program embeds `ui/dist`, so its sources are marked as changed.
fn embed_again() -> Result<(), Error> {
    let shell = root().join("src-tauri");
    for name in ["build.rs", "src/main.rs"] {
        let path = shell.join(name);
        if path.is_file() {
            touch(&path)?;
        }
    }
    Ok(())
}

/// Profile, sizes and times of everything that goes in: equal means that nothing needs doing.
fn stamp(profile: Profile, wasm: &Path) -> Result<String, Error> {
    let mut stamp = format!("{} {}\n", profile.name(), env!("CARGO_PKG_VERSION"));
    let inputs = static_files()?.into_iter().map(|(from, _)| from);
    for path in inputs.chain([wasm.to_owned()]) {
        let about = std::fs::metadata(&path).at(&path)?;
        let time = about.modified().at(&path)?.duration_since(UNIX_EPOCH).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(stamp, "{} {} {}", path.display(), about.len(), time.as_nanos());
    }
    Ok(stamp)
}

fn report(dist: &Path, started: Instant) -> Result<(), Error> {
    let (mut raw, mut packed) = (0, 0);
    for path in files(dist)? {
        let bytes = std::fs::read(&path).at(&path)?;
        let size = gzip_size(&bytes).at(&path)?;
        raw += bytes.len();
        packed += size;
        if path.ends_with(MODULE) {
            eprintln!("{MODULE}: {}, gzip {}", kib(bytes.len()), kib(size));
        }
    }
    eprintln!("ui/dist: {}, gzip {}; packaged in {}", kib(raw), kib(packed), spell(started.elapsed()));
    Ok(())
}

fn gzip_size(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kib(bytes: usize) -> String {
    format!("{:.1} KiB", bytes as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::{references, version};

    #[test]
    fn the_optimiser_says_its_version_in_words() {
        assert_eq!(version("wasm-opt version 108 (version_108)"), 108);
        assert_eq!(version("wasm-opt version 123"), 123);
        assert_eq!(version(""), 0);
    }

    #[test]
    fn a_page_names_its_style_sheets_and_scripts() {
        let page = r#"<link href="style/main.css"><script type="module" src="./start.js"></script><a href="">x</a>"#;
        assert_eq!(references(page).collect::<Vec<_>>(), ["style/main.css", "./start.js"]);
    }
}
