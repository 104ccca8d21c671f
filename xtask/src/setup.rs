//! What a machine needs before it can build or test, and how to get it.
//!
//! A need is tested by what it is for (a library that `pkg-config` knows, a program on the path), never by a package's name,
//! so that any distribution will do; only the installing speaks Debian.

use std::io::IsTerminal;
use std::path::Path;

use crate::error::Error;
use crate::process::{Program, find};

/// What the machine is to be ready for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compile the interface alone.
    Interface,
    /// Compile interface and program.
    Build,
    /// Compile, then run all tests.
    Test,
}

enum Fact {
    Program(&'static str),
    Library(&'static str),
    PerlModule(&'static str),
    /// A module of the system's Python, for the reader of vaults in another language.
    PythonModule(&'static str),
}

struct Need {
    fact: Fact,
    package: &'static str,
    tests_only: bool,
}

const fn build(fact: Fact, package: &'static str) -> Need {
    Need { fact, package, tests_only: false }
}

const fn test(fact: Fact, package: &'static str) -> Need {
    Need { fact, package, tests_only: true }
}

const NEEDS: &[Need] = &[
    build(Fact::Program("cc"), "build-essential"),
    // OpenSSL, which SQLCipher stands on, is compiled from source by make and perl.
    build(Fact::Program("make"), "build-essential"),
    build(Fact::PerlModule("FindBin"), "perl"),
    build(Fact::Program("pkg-config"), "pkg-config"),
    build(Fact::Library("webkit2gtk-4.1"), "libwebkit2gtk-4.1-dev"),
    build(Fact::Library("gtk+-3.0"), "libgtk-3-dev"),
    build(Fact::Library("librsvg-2.0"), "librsvg2-dev"),
    build(Fact::Library("ayatana-appindicator3-0.1"), "libayatana-appindicator3-dev"),
    test(Fact::Program("Xvfb"), "xvfb"),
    test(Fact::Program("dbus-run-session"), "dbus-x11"),
    test(Fact::Program("WebKitWebDriver"), "webkit2gtk-driver"),
    test(Fact::Program("pdftotext"), "poppler-utils"),
    test(Fact::Program("pdftoppm"), "poppler-utils"),
    test(Fact::Program("qpdf"), "qpdf"),
    test(Fact::Program("strace"), "strace"),
    test(Fact::PythonModule("cryptography"), "python3-cryptography"),
    test(Fact::PythonModule("nacl"), "python3-nacl"),
];

/// The version of tauri-driver that the journeys were written with.
const DRIVER: &str = "2.1.0";

/// Makes the machine ready, or says exactly what is missing and how to get it.
pub fn ensure(purpose: Purpose) -> Result<(), Error> {
    if purpose != Purpose::Interface && cfg!(target_os = "linux") {
        packages(purpose)?;
    }
    wasm_target()?;
    if purpose == Purpose::Test {
        component("rustfmt", "cargo-fmt")?;
        component("clippy", "cargo-clippy")?;
        driver()?;
    }
    Ok(())
}

fn holds(fact: &Fact) -> bool {
    match fact {
        Fact::Program(name) => find(name).is_some(),
        Fact::Library(name) => Program::new("pkg-config").args(["--exists", name]).succeeds(),
        Fact::PythonModule(name) => {
            let import = format!("import {name}");
            Program::new("/usr/bin/python3").args(["-c", &import]).succeeds()
        }
        Fact::PerlModule(name) => Program::new("perl").arg(format!("-M{name}")).args(["-e", "1"]).succeeds(),
    }
}

fn missing(purpose: Purpose) -> Vec<&'static str> {
    let mut packages: Vec<_> = NEEDS
        .iter()
        .filter(|need| purpose == Purpose::Test || !need.tests_only)
        .filter(|need| !holds(&need.fact))
        .map(|need| need.package)
        .collect();
    packages.dedup();
    packages
}

fn packages(purpose: Purpose) -> Result<(), Error> {
    let packages = missing(purpose);
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let by_hand = format!("on Debian or Ubuntu run: sudo apt-get install {list}");
    if find("apt-get").is_none() {
        return Err(Error::Missing(format!(
            "this machine lacks what these Debian packages hold: {list}. Install their counterparts here; {by_hand}."
        )));
    }
    let Some(prefix) = privilege() else {
        return Err(Error::Missing(format!(
            "these packages are missing and cannot be installed without root: {list}. {by_hand}."
        )));
    };
    eprintln!(
        "Missing here: {list}. Installing {} apt-get.",
        if prefix.is_empty() { "with" } else { "through sudo with" }
    );
    apt(&prefix, &["update".into()])?;
    let mut words = vec!["install".into(), "--yes".into(), "--no-install-recommends".into()];
    words.extend(packages.iter().map(|package| (*package).to_owned()));
    apt(&prefix, &words)?;
    match missing(purpose).join(" ") {
        left if left.is_empty() => Ok(()),
        left => Err(Error::Missing(format!("these packages were installed but do not give what they should: {left}."))),
    }
}

/// What must stand before a command that needs root; `None` if there is no way.
fn privilege() -> Option<Vec<&'static str>> {
    let root = Program::new("id").arg("-u").output().is_ok_and(|id| id.trim() == "0");
    if root {
        return Some(Vec::new());
    }
    find("sudo")?;
    // Without a terminal nobody could type a password, and sudo would wait for ever.
    if std::io::stdin().is_terminal() {
        Some(vec!["sudo"])
    } else {
        Program::new("sudo").args(["-n", "true"]).succeeds().then(|| vec!["sudo", "-n"])
    }
}

fn apt(prefix: &[&str], words: &[String]) -> Result<(), Error> {
    let mut line: Vec<&str> = prefix.to_vec();
    line.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    line.extend(words.iter().map(String::as_str));
    Program::new(line[0]).args(&line[1..]).run()
}

fn wasm_target() -> Result<(), Error> {
    let sysroot = Program::new("rustc").args(["--print", "sysroot"]).output()?;
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    if find("rustup").is_none() {
        let text = "the Rust target wasm32-unknown-unknown is missing and rustup is not installed. Install Rust from rustup.rs, \
                    or your distribution's package for that target.";
        return Err(Error::Missing(text.to_owned()));
    }
    Program::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]).run()
}

fn component(component: &str, program: &str) -> Result<(), Error> {
    // rustup puts a stand-in on the path even for a component that is absent, so the program itself is asked.
    if find(program).is_some_and(|path| Program::new(path).arg("--version").succeeds()) {
        return Ok(());
    }
    if find("rustup").is_none() {
        return Err(Error::Missing(format!(
            "{program} is missing and rustup is not installed. Install your distribution's {component}."
        )));
    }
    Program::new("rustup").args(["component", "add", component]).run()
}

fn driver() -> Result<(), Error> {
    if find("tauri-driver").is_some() {
        return Ok(());
    }
    eprintln!("tauri-driver, which lets the tests drive the window, is missing.");
    Program::cargo("install").args(["tauri-driver", "--version", DRIVER]).run()
}
