//! `run`: the main job from a fresh clone. With a display it opens the window; without one it does the same job by command line.

use std::path::Path;

use crate::args::Args;
use crate::error::{At, Error};
use crate::process::{Program, target};
use crate::{setup, shell, ui};

/// Opens nothing of value: the sample vault holds invented records only.
const PASSPHRASE: &str = "sample board behind a locked door";

const VAULT: &str = "sample.conclave";
const PACK: &str = "sample-pack.pdf";

/// Builds and starts.
pub fn command(mut args: Args) -> Result<(), Error> {
    let release = args.flag("--release");
    let no_window = args.flag("--no-window");
    args.finish()?;
    setup::ensure(setup::Purpose::Build)?;
    ui::build(if release { ui::Profile::Release } else { ui::Profile::Dev })?;
    let program = shell::build(if release { shell::Kind::Release } else { shell::Kind::Dev })?;
    if display() && !no_window {
        return window(&program);
    }
    if !no_window {
        println!("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot open.");
    }
    println!("The same job by command line:");
    by_command_line(&program, &target().join("run"))
}

fn display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn window(program: &Path) -> Result<(), Error> {
    let mut window = Program::new(program);
    if std::env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() && !graphics_card() {
        // WebKit shares its pictures through the graphics card; where there is none, the window would stay blank.
        window = window.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
    println!("Opening the window. The terminal is free again when it is closed.");
    window.run()
}

/// Whether Linux offers a graphics card to draw with.
fn graphics_card() -> bool {
    let cards = std::fs::read_dir("/dev/dri");
    cards.is_ok_and(|cards| cards.flatten().any(|card| card.file_name().to_string_lossy().starts_with("renderD")))
}

fn by_command_line(program: &Path, folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).at(folder)?;
    let (vault, pack) = (folder.join(VAULT), folder.join(PACK));
    if vault.exists() {
        std::fs::remove_dir_all(&vault).at(&vault)?;
    }
    if pack.exists() {
        std::fs::remove_file(&pack).at(&pack)?;
    }
    let steps: [&[&str]; 4] =
        [&["new", VAULT, "--sample"], &["pack", VAULT, "--out", PACK], &["verify", PACK], &["check", VAULT]];
    for step in steps {
        Program::new(program).args(step).folder(folder).env("CONCLAVE_PASSPHRASE", PASSPHRASE).run()?;
    }
    println!();
    println!("The vault with the sample portfolio: {}", vault.display());
    println!("Its passphrase:                      {PASSPHRASE}");
    println!("The audit pack:                      {}", pack.display());
    println!("The program:                         {}", program.display());
    Ok(())
}
